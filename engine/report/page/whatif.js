// What if: changes made on the page, their list, and what the engine says to them.

import { dayNumber } from "./days.js";
import { bdi, make, part } from "./dom.js";
import { Served } from "./engine.js";
import { linkOf } from "./link.js";
import { base, data, go, inWords, iso, lastDay, render, say, shown } from "./state.js";

export const engine = data.served ? new Served(data.live) : null;
const PAUSE_MS = 250;

// ---- from the engine to the page

export function apply(live) {
  if (live.base !== base.live.base) {
    remember();
    location.reload();
    return;
  }
  Object.assign(data, base, live.after ?? {});
  const routes = live.after?.routes;
  data.routes = base.routes.map((route, at) =>
    routes
      ? { ...route, way: {}, why: {}, meeting: {}, chance: null, ...routes[at] }
      : { ...route, chanceOn: undefined },
  );
  shown.live = live;
  shown.asked = null;
  shown.rebuilt = true;
  renderChanges();
  render();
  soonChances();
}

// The scenario has changed on the disk: the page is built anew, where the reader was.
function remember() {
  history.replaceState(null, "", linkOf({ day: iso(shown.day), route: data.routes[shown.route]?.id }));
}

// Ways and reasons of a day come after its statuses.
export async function fillDay(interval) {
  const route = data.routes[0];
  if (!engine || !route || route.why[interval] !== undefined || shown.asked === `${shown.live.revision} ${interval}`) {
    return;
  }
  shown.asked = `${shown.live.revision} ${interval}`;
  const routes = data.routes;
  const found = await attempt(() => engine.day(data.borders[interval]));
  if (!found || found.stale) {
    return;
  }
  found.routes.forEach(({ way, why, meeting }, at) => {
    routes[at].meeting[interval] = meeting;
    routes[at].way[interval] ??= way;
    routes[at].why[interval] = why;
  });
  render();
}

let pending = 0;

export function soonChances() {
  clearTimeout(pending);
  if (engine && data.routes.length && !base.routes.every((route) => route.chance)) {
    pending = setTimeout(fillChances, PAUSE_MS);
  }
}

async function fillChances() {
  const { routes } = data;
  const { day } = shown;
  if (routes[0].chance || routes[0].chanceOn?.day === day) {
    return;
  }
  const of = await attempt(() => engine.chances(day));
  if (!of || routes !== data.routes || day !== shown.day) {
    return;
  }
  routes.forEach((route, at) => {
    route.chanceOn = { day, ...of[at] };
  });
  render();
}

// What the engine refuses is said; what came too late is shown as it is now.
async function attempt(ask) {
  try {
    const found = await ask();
    part.problems.hidden = true;
    return found;
  } catch (error) {
    if (error.stale) {
      await engine.changed().then((changed) => changed && apply(engine.live));
      say("Somebody else, or a file, changed this meanwhile: this is how it is now. Please try again.");
    } else {
      complain(error.problems ?? ["The engine does not answer: is “supplyline open” still running?"]);
    }
    return null;
  }
}

function complain(problems) {
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
}

// What the statuses of the day shown became, in words, for those who do not see the page.
function whatFollowed() {
  const moved = data.routes
    .map((route) => ({ route, before: shown.before(route), now: shown.status(route) }))
    .filter(({ before, now }) => before !== now);
  const told = moved.map(({ route, before, now }) => `${route.label}: ${now} instead of ${before}`);
  return told.length ? `On ${inWords(shown.day)}: ${told.join("; ")}.` : `No status changes on ${inWords(shown.day)}.`;
}

// ---- from the reader to the engine

const isServed = () => engine !== null;

function eventFrom(form) {
  const [kind, actor] = form.kind.split(":");
  return { date: form.day, site: form.site, kind, ...(actor ? { actor } : {}), source: "what if" };
}

export function choosePlace(id) {
  part["whatif-site"].value = id;
  tellPlace();
}

function tellPlace() {
  const site = data.sites.find(({ id }) => id === part["whatif-site"].value.trim());
  part["whatif-name"].replaceChildren(...(site ? [bdi(site.en), " ", bdi(site.ar, "ar")] : []));
}

async function onAdd(event) {
  event.preventDefault();
  const form = {
    site: siteId(part["whatif-site"].value),
    kind: part["whatif-kind"].value,
    day: part["whatif-day"].value,
  };
  const change = { change: "add", event: eventFrom(form) };
  await act({ do: "add", change }, "Added.", dayNumber(data.start, form.day));
}

// A place may be typed by its id or by either of its names.
function siteId(text) {
  const wanted = text.trim().toLowerCase();
  const found = data.sites.filter(({ id, en, ar }) => [id, en, ar].some((name) => name.toLowerCase() === wanted));
  return found.length === 1 ? found[0].id : text.trim();
}

export function reportButtons(report) {
  if (!isServed() || !base.reports.some(({ id }) => id === report.id)) {
    return [];
  }
  const button = (text, label, change) => {
    const node = make(
      "button",
      { type: "button", "aria-label": `${label}: ${report.site} ${report.kind}, ${report.date}` },
      text,
    );
    node.addEventListener("click", () => change(node));
    return node;
  };
  return [
    make(
      "span",
      { className: "doubts" },
      button("leave out", "Leave out this report", () =>
        act({ do: "add", change: { change: "withdraw", id: report.id } }, "Left out."),
      ),
      button("doubt", "Set how sure this report is", () => askFor(report, "doubt")),
      button("move", "Move this report to another day", () => askFor(report, "move")),
    ),
  ];
}

function askFor(report, change) {
  const number = change === "doubt";
  const input = make(
    "input",
    number
      ? { type: "number", min: 0, max: 100, step: 5, value: Math.round(report.confidence * 100) }
      : { type: "date", value: report.date },
  );
  part["ask-text"].replaceChildren(
    make("p", {}, number ? "How sure is this report, in per cent? " : "On which day did it happen? "),
    make("p", {}, bdi(`${report.site}: ${report.kind}, ${report.date}`)),
    make("label", {}, number ? "Confidence in % " : "Day ", input),
  );
  opened(() => {
    const value = number ? { confidence: Number(input.value) / 100 } : { date: input.value };
    return act({ do: "add", change: { change, id: report.id, ...value } }, number ? "Doubted." : "Moved.");
  });
  input.focus();
}

function opened(accept) {
  part.ask.showModal();
  part["ask-yes"].onclick = () => {
    part.ask.close();
    accept();
  };
}

// ---- the list of changes

function renderChanges() {
  const { changes, undo, redo, sets, problems, kept } = shown.live;
  part.undo.disabled = !undo;
  part.redo.disabled = !redo;
  part.changes.replaceChildren(...changes.map(changeItem));
  part["no-changes"].hidden = changes.length > 0;
  part.write.disabled = !changes.some(({ counts }) => counts);
  part["set-list"].replaceChildren(
    make("option", { value: "" }, sets.length ? "a saved set" : "none saved yet"),
    ...sets.map((name) => make("option", { value: name }, name)),
  );
  part["not-kept"].hidden = kept;
  complain(problems);
}

function changeItem({ counts, text }, at) {
  const box = make("input", { type: "checkbox", checked: counts });
  box.addEventListener("change", () => act({ do: "switch", at }, counts ? "Switched off." : "Switched on."));
  const remove = make("button", { type: "button", "aria-label": `Remove: ${text}` }, "remove");
  remove.addEventListener("click", () => act({ do: "remove", at }, "Removed."));
  return make("li", {}, make("label", {}, box, " ", bdi(text)), " ", remove);
}

async function onSave(event) {
  event.preventDefault();
  const name = part["set-name"].value.trim();
  const live = await attempt(() => engine.save(name));
  if (live) {
    apply(live);
    const command = `supplyline run ${data.file} --with "${name}"`;
    part.saved.replaceChildren("Saved as ", bdi(live.written[0]), ". Replay it with ", make("code", {}, command));
    say(`Saved as ${live.written[0]}.`);
  }
}

function onWrite() {
  part["ask-text"].replaceChildren(
    make(
      "p",
      {},
      "Write these changes into the tables of the scenario? Reports left out stay there with a confidence of 0.",
    ),
    make("ul", {}, ...shown.live.changes.filter(({ counts }) => counts).map(({ text }) => make("li", {}, bdi(text)))),
  );
  opened(async () => {
    const live = await attempt(() => engine.write());
    if (live) {
      say(`Written: ${live.written.join(", ")}.`);
      apply(live);
    }
  });
}

// ---- a dropped file

async function onFile(file) {
  const found = await attempt(() => engine.drop(file));
  if (!found) {
    return;
  }
  const rows = found.rows.map(({ row, text, event, site, why }) =>
    make(
      "tr",
      { className: event ? "" : "doubted" },
      ...[row, text, event || "not taken", site, why].map((cell) => make("td", {}, bdi(String(cell)))),
    ),
  );
  const head = make(
    "tr",
    {},
    ...["row", "what it says", "report", "site", "how understood, or why not taken"].map((cell) =>
      make("th", { scope: "col" }, cell),
    ),
  );
  part["ask-text"].replaceChildren(
    make(
      "p",
      {},
      bdi(found.name),
      `, read as “${found.source}”: ${found.events} reports from ${found.total} rows. Nothing is written yet.`,
    ),
    ...found.remarks.map((remark) => make("p", {}, bdi(remark))),
    ...(found.unknown.length ? [make("p", {}, "No actor stands for: ", bdi(found.unknown.join(", ")))] : []),
    make(
      "div",
      { className: "rows", tabIndex: 0, role: "region", "aria-label": "Rows of the file" },
      make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)),
    ),
    make("p", {}, "Import these reports into the scenario?"),
  );
  opened(async () => {
    const live = await attempt(() => engine.take(found.number));
    if (live) {
      say(`Imported: ${live.written.join(", ")}.`);
      apply(live);
    }
  });
}

function listenForFiles() {
  const stop = (event) => event.preventDefault();
  document.addEventListener("dragover", stop);
  document.addEventListener("drop", (event) => {
    stop(event);
    const [file] = event.dataTransfer.files;
    if (file) {
      onFile(file);
    }
  });
  part.file.addEventListener("change", () => {
    if (part.file.files.length) {
      onFile(part.file.files[0]);
      part.file.value = "";
    }
  });
}

async function listenForOthers() {
  for (;;) {
    try {
      if (await engine.changed()) {
        apply(engine.live);
        say("Changed by somebody else, or in a file.");
      }
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

export function beginWhatif() {
  if (!isServed()) {
    if (shown.linked.length) {
      say("The changes of this link need the engine: open the scenario with “supplyline open”.");
    }
    return;
  }
  part.whatif.hidden = false;
  part["whatif-sites"].replaceChildren(
    ...data.sites.map(({ id, en, ar }) => make("option", { value: id }, [en, ar].filter(Boolean).join(" · "))),
  );
  part["whatif-kind"].replaceChildren(
    ...data.actors
      .filter(({ id }) => id)
      .map(({ id, label }) => make("option", { value: `captured:${id}` }, `given to ${label}`)),
    ...[
      ["under_fire", "put under fire"],
      ["closed", "closed"],
      ["reopened", "reopened"],
    ].map(([value, text]) => make("option", { value }, text)),
  );
  part["whatif-day"].min = iso(0);
  part["whatif-day"].max = iso(lastDay);
  part["whatif-day"].value = iso(shown.day);
  part["whatif-form"].addEventListener("submit", onAdd);
  part["whatif-site"].addEventListener("input", tellPlace);
  part.undo.addEventListener("click", () => act({ do: "undo" }, "Undone."));
  part.redo.addEventListener("click", () => act({ do: "redo" }, "Done again."));
  part["set-form"].addEventListener("submit", onSave);
  part["set-list"].addEventListener("change", () => {
    if (part["set-list"].value) {
      act({ do: "open", name: part["set-list"].value }, "Opened.");
    }
  });
  part.write.addEventListener("click", onWrite);
  part["ask-no"].addEventListener("click", () => part.ask.close());
  listenForFiles();
  apply(engine.live);
  listenForOthers();
  if (shown.linked.length && !shown.live.changes.length) {
    act({ do: "set", changes: shown.linked }, "Applied the changes of the link.");
  }
}
