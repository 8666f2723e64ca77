// What a meeting asks first, about the chosen route on the day shown.

import { bdi, make, part, redraw } from "./dom.js";
import { called, isolated, sentencesOf, tr, trNodes } from "./language.js";
import { toPlace } from "./maps.js";
import { findReport } from "./reports.js";
import { base, data, inWords, iso, shown } from "./state.js";
import { sinceLastWeek } from "./week.js";
import { choosePlace } from "./whatif.js";

const MOST_PLACES = 12;

export function renderMeeting(interval) {
  const route = data.routes[shown.route];
  const meeting = route.meeting[interval];
  if (!meeting) {
    return;
  }
  part.first.replaceChildren(bdi(meeting.first));
  const lines = [...meeting.lines, { head: tr("Since a week ago"), text: sinceLastWeek() }];
  part.answers.replaceChildren(...lines.flatMap(({ head, text }) => [make("dt", {}, head), make("dd", {}, bdi(text))]));
  renderVerify(route);
  const places = [...(meeting.loss ?? []), ...(meeting.gain ?? [])].slice(0, MOST_PLACES);
  redraw(part.edge, places.join(), () => places.map(placeButton));
}

// The report whose verification narrows the answer most, and a way to it.
function renderVerify(route) {
  const verify = route.chanceOn?.day === shown.day ? route.chanceOn.verify : null;
  redraw(part.verify, JSON.stringify(verify ?? null), () => {
    const row = verify ? data.reports.findIndex(({ id }) => id === verify.id) : -1;
    if (row < 0) {
      return [];
    }
    const button = make("button", { type: "button", className: "link" }, bdi(verify.text));
    button.addEventListener("click", () => {
      findReport(row);
      toPlace(data.reports[row].place);
    });
    return trNodes("Verify first: {report}", { report: button });
  });
}

function placeButton(id) {
  const site = data.sites.find((one) => one.id === id);
  const name = site ? called(site.en, site.ar) : id;
  const button = make("button", { type: "button", title: tr("Show on the map") }, bdi(name));
  button.addEventListener("click", () => {
    choosePlace(id);
    toPlace(id);
  });
  return button;
}

// What to write below a picture or a table: the question, the day, the engine, what it was computed from.
export function citation() {
  const route = data.routes[shown.route];
  const changes = (shown.live?.changes ?? []).filter(({ counts }) => counts).map(({ text }) => text);
  return [
    `${data.title}.`,
    route
      ? `${tr("{label}, {day} ({iso})", { label: called(route.label, route.label_ar), day: inWords(shown.day), iso: iso(shown.day) })}.`
      : `${inWords(shown.day)}.`,
    ...(changes.length ? [tr("With changes: {changes}.", { changes: sentencesOf(changes) })] : []),
    `supplyline ${data.version}, ${data.digests}.`,
    ...(base.schematic ? [tr("Schematic network.")] : [base.credit]),
  ]
    .map(isolated)
    .join(" ");
}
