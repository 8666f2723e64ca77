// What a meeting asks first, about the chosen route on the day shown.

import { spellsIn } from "./days.js";
import { bdi, make, part } from "./dom.js";
import { toPlace } from "./maps.js";
import { base, data, inWords, iso, shown } from "./state.js";
import { choosePlace } from "./whatif.js";

const WEEK = 7;

export function renderMeeting(interval) {
  const route = data.routes[shown.route];
  const meeting = route.meeting[interval];
  if (!meeting) {
    return;
  }
  part.first.replaceChildren(bdi(meeting.first));
  const verify = route.chanceOn?.day === shown.day ? route.chanceOn.verify : "";
  const lines = [
    ...meeting.lines,
    ...(verify ? [{ head: "Verify first", text: verify }] : []),
    { head: "Since a week ago", text: sinceLastWeek() },
  ];
  part.answers.replaceChildren(...lines.flatMap(({ head, text }) => [make("dt", {}, head), make("dd", {}, bdi(text))]));
  const places = [...(meeting.loss ?? []), ...(meeting.gain ?? [])].slice(0, 12);
  part.edge.replaceChildren(...places.map((id) => placeButton(id)));
}

function placeButton(id) {
  const name = data.sites.find((site) => site.id === id)?.en ?? id;
  const button = make("button", { type: "button", title: "Show on the map" }, bdi(name));
  button.addEventListener("click", () => {
    choosePlace(id);
    toPlace(id);
  });
  return button;
}

// Statuses that differ from those of a week before, and how much was reported since.
function sinceLastWeek() {
  const then = Math.max(shown.day - WEEK, 0);
  const at = (route, day) => spellsIn(data.borders, route.status).findLast(({ start }) => start <= day).status;
  const moved = data.routes
    .filter((route) => at(route, then) !== at(route, shown.day))
    .map((route) => `${route.label}: ${at(route, shown.day)}, was ${at(route, then)}`);
  const reports = data.reports.filter(({ id, day }) => id !== "baseline" && day > then && day <= shown.day).length;
  return `${moved.length ? moved.join("; ") : "no status has changed"}; ${reports} reports.`;
}

// What to write below a picture or a table: the question, the day, the engine, what it was computed from.
export function citation() {
  const route = data.routes[shown.route];
  const changes = (shown.live?.changes ?? []).filter(({ counts }) => counts).map(({ text }) => text);
  return [
    `${data.title}.`,
    route ? `${route.label}, ${inWords(shown.day)} (${iso(shown.day)}).` : `${inWords(shown.day)}.`,
    ...(changes.length ? [`With changes: ${changes.join("; ")}.`] : []),
    `supplyline ${data.version}, scenario ${data.hash}.`,
    ...(base.schematic ? ["Schematic network."] : [base.credit]),
  ].join(" ");
}
