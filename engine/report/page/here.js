// What lies where the reader clicked on the map: whose ground it is and since when, and what was reported of it.

import { bdi, bothNames, make, part, redraw, spaced } from "./dom.js";
import { sourceText, tr, trNodes } from "./language.js";
import { toPlace } from "./maps.js";
import { heldSince } from "./roads.js";
import { actorName, data, go, intervalOf, inWords, shown } from "./state.js";

const MOST_REPORTS = 4;

export function pickHere(id) {
  shown.here = id;
  renderHere();
}

export function renderHere() {
  const sector = shown.here ? data.sectors.ids.findIndex((ids) => ids.includes(shown.here)) : -1;
  part.here.hidden = sector < 0;
  if (sector < 0) {
    return;
  }
  const interval = intervalOf(shown.day);
  const site = data.sites.find(({ id }) => id === shown.here);
  const { holder, state, since: first } = heldSince(data.sectors, sector, interval);
  redraw(part.here, [shown.here, shown.day, shown.live?.revision].join(), () => [
    make("h2", {}, ...spaced(bothNames(site?.en ?? data.sectors.site[sector], site?.ar ?? ""))),
    make("p", {}, ...stateNodes(bdi(actorName(data.actors.at(holder))), bdi(state), first)),
    make("ul", {}, ...latestReports().map(reportItemHere)),
  ]);
}

function stateNodes(holder, state, first) {
  if (first > 0) {
    return trNodes("{holder}: {state}, since {day}", { holder, state, day: dayButton(data.borders[first]) });
  }
  return data.latest
    ? trNodes("{holder}: {state}, since {day} or before", { holder, state, day: dayButton(0) })
    : trNodes("{holder}: {state} since the start of the run", { holder, state });
}

function latestReports() {
  return data.reports
    .filter(({ id, place, day }) => id !== "baseline" && place === shown.here && day <= shown.day)
    .sort((one, other) => other.day - one.day)
    .slice(0, MOST_REPORTS);
}

const reportItemHere = (report) =>
  make("li", {}, dayButton(report.day), " ", bdi(report.kind), " · ", bdi(report.actor || sourceText(report.source)));

function dayButton(day) {
  const button = make("button", { type: "button", className: "link", title: tr("Show this day") }, inWords(day));
  button.addEventListener("click", () => {
    go(day);
    toPlace(shown.here);
  });
  return button;
}
