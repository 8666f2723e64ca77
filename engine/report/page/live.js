// The engine and what is shown of it: its answers come in here, and what the reader does goes out.

import { bdi, make, part } from "./dom.js";
import { Served } from "./engine.js";
import { called, sentencesOf, tr } from "./language.js";
import { linkOf } from "./link.js";
import { base, data, go, inWords, iso, render, say, shown, statusText } from "./state.js";
import { Written } from "./written.js";

// Two sides: the server that sent the page, or what the written page knows by itself.
function sideOf() {
  if (data.served) {
    return new Served(data.live);
  }
  return data.whatif ? new Written(base) : null;
}

export const engine = sideOf();
const PAUSE_MS = 250;

export function apply(live) {
  if (data.served && live.base !== base.live.base) {
    remember();
    location.reload();
    return;
  }
  Object.assign(data, base, live.after ?? {});
  const routes = live.after?.routes;
  data.routes = base.routes.map((route, at) =>
    routes
      ? { ...route, path: {}, why: {}, meeting: {}, chance: null, ...routes[at] }
      : { ...route, chanceOn: undefined },
  );
  shown.live = live;
  shown.asked = null;
  shown.rebuilt = true;
  for (const heard of shown.heard) {
    heard();
  }
  render();
  soonChances();
}

// The scenario has changed on the disk: the page is built anew, where the reader was.
function remember() {
  history.replaceState(null, "", linkOf({ day: iso(shown.day), route: data.routes[shown.route]?.id }));
}

// Paths and reasons of a day come after its statuses.
export async function fillDay(interval) {
  const route = data.routes[0];
  if (!engine || !route || route.why[interval] !== undefined || shown.asked === `${shown.live.revision} ${interval}`) {
    return;
  }
  shown.asked = `${shown.live.revision} ${interval}`;
  const routes = data.routes;
  const found = await attempt(() => engine.day(data.borders[interval]), { unasked: true });
  if (!found || found.stale) {
    return;
  }
  found.routes.forEach(({ path, why, meeting }, at) => {
    routes[at].meeting[interval] = meeting;
    routes[at].path[interval] ??= path;
    routes[at].why[interval] = why;
  });
  render();
}

let pending = 0;

export function soonChances() {
  clearTimeout(pending);
  if (data.served && data.routes.length && !base.routes.every((route) => route.chance)) {
    pending = setTimeout(fillChances, PAUSE_MS);
  }
}

async function fillChances() {
  const { routes } = data;
  const { day } = shown;
  if (routes[0].chance || routes[0].chanceOn?.day === day) {
    return;
  }
  const of = await attempt(() => engine.chances(day), { unasked: true });
  if (!of || routes !== data.routes || day !== shown.day) {
    return;
  }
  routes.forEach((route, at) => {
    route.chanceOn = { day, ...of[at] };
  });
  render();
}

let pendingBefore = 0;

// The same without the changes, for a view of both.
export function soonBefore(interval) {
  clearTimeout(pendingBefore);
  const { why, chanceOn } = base.routes[0];
  if (data.served && (why[interval] === undefined || (!base.routes[0].chance && chanceOn?.day !== shown.day))) {
    pendingBefore = setTimeout(() => fillBefore(interval), PAUSE_MS);
  }
}

async function fillBefore(interval) {
  const { day } = shown;
  const found = await attempt(() => engine.day(base.borders[interval], "before"), { unasked: true });
  if (!found || found.stale) {
    return;
  }
  found.routes.forEach(({ why, meeting }, at) => {
    base.routes[at].meeting[interval] = meeting;
    base.routes[at].why[interval] = why;
  });
  render();
  const of = await attempt(() => engine.chances(day, "before"), { unasked: true });
  if (of && day === shown.day) {
    of.forEach((chance, at) => {
      base.routes[at].chanceOn = { day, ...chance };
    });
    render();
  }
}

// What the engine refuses is said; what came too late is shown as it is now.
//
// What is asked for the page itself, and not for the reader, never hides what the reader was told.
export async function attempt(ask, { unasked = false } = {}) {
  try {
    const found = await ask();
    part.problems.hidden ||= !unasked;
    return found;
  } catch (error) {
    if (error.stale) {
      await engine.changed().then((changed) => changed && apply(engine.live));
      say(tr("Somebody else, or a file, changed this meanwhile: this is how it is now. Please try again."));
    } else {
      complain(error.problems ?? [tr("The engine does not answer: is “supplyline open” still running?")]);
    }
    return null;
  }
}

export function complain(problems) {
  part.problems.replaceChildren(...problems.map((problem) => make("p", {}, bdi(problem))));
  part.problems.hidden = !problems.length;
}

export async function act(action, told, day = shown.day) {
  const live = await attempt(() => engine.act(action));
  if (live) {
    apply(live);
    go(day);
    say(`${told} ${whatFollowed()}`);
  }
  return live;
}

// What the statuses of the day shown became, in words, for those who do not see the page.
function whatFollowed() {
  const moved = data.routes
    .map((route) => ({ route, before: shown.before(route), now: shown.status(route) }))
    .filter(({ before, now }) => before !== now);
  const told = moved.map(({ route, before, now }) =>
    tr("{label}: {now} instead of {before}", {
      label: called(route.label, route.label_ar),
      now: statusText(now),
      before: statusText(before),
    }),
  );
  const day = inWords(shown.day);
  return told.length
    ? tr("On {day}: {changes}.", { day, changes: sentencesOf(told) })
    : tr("No status changes on {day}.", { day });
}

async function listenForOthers() {
  for (;;) {
    try {
      if (await engine.changed()) {
        apply(engine.live);
        say(tr("Changed by somebody else, or in a file."));
      }
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

export function beginLive() {
  if (!engine) {
    if (shown.linked.length) {
      say(tr("The changes of this link need the engine: open the scenario with “supplyline open”."));
    }
    return;
  }
  apply(engine.live);
  if (data.served) {
    listenForOthers();
  }
  if (shown.linked.length && !shown.live.changes.length) {
    act({ do: "set", changes: shown.linked }, tr("Applied the changes of the link."));
  }
}
