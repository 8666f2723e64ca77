// Before and after, side by side: two maps, and what a meeting asks first of the chosen route without and with the changes.

import { intervalAt } from "./days.js";
import { bdi, make, part, redraw } from "./dom.js";
import { called, sentencesOf, tr } from "./language.js";
import { soonBefore } from "./live.js";
import { besides } from "./maps.js";
import { base, chip, data, shown } from "./state.js";
import { chanceText } from "./timeline.js";

let wanted = false;

export function renderSides(interval) {
  const changed = Boolean(shown.live?.after);
  part.compare.hidden = !changed;
  if (!changed && wanted) {
    toggle();
  }
  part.sides.hidden = !wanted || !data.routes.length;
  if (part.sides.hidden) {
    return;
  }
  const before = base.routes.find(({ id }) => id === data.routes[shown.route].id);
  const after = data.routes[shown.route];
  const at = intervalAt(base.borders, shown.day);
  soonBefore(at);
  const rows = rowsOf(side(before, at), side(after, interval));
  const key = JSON.stringify(rows.map((row) => row.map((cell) => cell.textContent ?? cell)));
  redraw(part.sides, key, () => {
    const head = [tr("asked"), tr("Without the changes"), tr("With the changes")].map((cell) =>
      make("th", { scope: "col" }, cell),
    );
    return [
      make(
        "table",
        {},
        make("caption", {}, bdi(called(after.label, after.label_ar))),
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...rows.map(rowOf)),
      ),
    ];
  });
}

function rowOf([head, ...cells]) {
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, head),
    ...cells.map((cell) => make("td", {}, typeof cell === "string" ? bdi(cell) : cell)),
  );
}

// What is known of a route on one side, by heading.
function side(route, interval) {
  const meeting = route.meeting[interval];
  const why = route.why[interval];
  const sure = route.chanceOn?.day === shown.day ? chanceText(route.chanceOn, 0) : "";
  return {
    status: route.status[interval],
    lines: meeting
      ? new Map([[tr("In short"), meeting.first], ...meeting.lines.map(({ head, text }) => [head, text])])
      : new Map([[tr("In short"), tr("Computing.")]]),
    why: why ? sentencesOf(why.causes.map(({ text }) => text)) : "",
    sure,
  };
}

function rowsOf(before, after) {
  const heads = new Set([...before.lines.keys(), ...after.lines.keys()]);
  return [
    [tr("Status"), chip(before.status), chip(after.status)],
    ...[...heads].map((head) => [head, before.lines.get(head) ?? "–", after.lines.get(head) ?? "–"]),
    [tr("Why"), before.why, after.why],
    [tr("Probability"), before.sure, after.sure],
  ];
}

function toggle() {
  wanted = !wanted;
  part.compare.setAttribute("aria-pressed", String(wanted));
  return besides(wanted);
}

export function beginCompare() {
  part.compare.addEventListener("click", async () => {
    await toggle();
    renderSides(intervalAt(data.borders, shown.day));
  });
}
