// What is shown: the data, the day and the route; whoever shows them listens.

import { dateAfter, dayNumber, intervalAt, isoOf, spellsIn, wordsOf } from "./days.js";
import { make, part } from "./dom.js";
import { called, pageData, tr } from "./language.js";
import { linked } from "./link.js";

export const base = pageData;
export const data = { ...base, routes: base.routes.map((route) => ({ ...route })) };
export const lastDay = data.borders.at(-1) - 1;
const asked = linked(location.hash);
const dayAsked = asked.day ? dayNumber(data.start, asked.day) : (data.on ?? lastDay);
export const shown = {
  day: Math.min(Math.max(dayAsked, 0), lastDay),
  route: Math.max(
    data.routes.findIndex(({ id }) => id === asked.route),
    0,
  ),
  linked: asked.changes,
  timer: null,
  listeners: [], // called when what is shown changes
  heard: [], // called when the engine has told of other changes
  live: base.live,
};

export const dateOf = (day) => dateAfter(data.start, day);
export const iso = (day) => isoOf(data.start, day);
export const inWords = (day) => wordsOf(data.start, day);
export const statusOf = Object.fromEntries(
  data.statuses.map((status, severity) => [status.word, { ...status, severity }]),
);
export const css = (word) => statusOf[word].css;
export const statusText = (word) => statusOf[word].label;
export const chip = (status) => make("span", { className: `status ${css(status)}` }, statusText(status));
export const actorName = ({ label, label_ar: arabic }) => called(label, arabic);
export const siteName = ({ en, ar }) => called(en, ar);
export const intervalOf = (day) => intervalAt(data.borders, day);
export const spellsOf = (route) => spellsIn(data.borders, route.status);

// The status of a route on the day shown: as the scenario has it, and with the changes.
shown.before = (route) => {
  const same = base.routes.find(({ id }) => id === route.id);
  return same.status[intervalAt(base.borders, shown.day)];
};
shown.status = (route) => route.status[intervalOf(shown.day)];

// What happened, for those who do not see it.
export function say(text) {
  part.said.textContent = text;
}

export function render() {
  for (const listen of shown.listeners) {
    listen();
  }
}

export function go(day) {
  shown.day = Math.min(Math.max(day, 0), lastDay);
  render();
}

export function toChange(step) {
  const borders = data.borders.slice(0, -1);
  const next =
    step > 0 ? borders.find((border) => border > shown.day) : borders.findLast((border) => border < shown.day);
  go(next ?? (step > 0 ? lastDay : 0));
}

export function play(on) {
  clearInterval(shown.timer);
  shown.timer = on ? setInterval(tick, Number(part.speed.value)) : null;
  part.play.setAttribute("aria-label", on ? tr("Stop") : tr("Play"));
  if (on && shown.day === lastDay) {
    go(0);
  }
  part.play.textContent = on ? "❚❚" : "▶";
  part.play.setAttribute("aria-pressed", String(on));
}

function tick() {
  if (shown.day === lastDay) {
    go(0);
    return;
  }
  const long = data.borders.at(-1) > 120;
  if (long) {
    toChange(1);
  } else {
    go(shown.day + 1);
  }
  if (shown.day === lastDay && !part.loop.checked) {
    play(false);
  }
}

export function choose(number) {
  shown.route = number;
  render();
}
