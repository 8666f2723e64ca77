// What changed since a week ago: statuses, who took which ground, and how much was reported.

import { intervalAt, spellsIn } from "./days.js";
import { groundOn } from "./roads.js";
import { data, inWords, shown } from "./state.js";

const WEEK = 7;
const MOST_TAKEN = 5;

export function sinceLastWeek() {
  const then = Math.max(shown.day - WEEK, 0);
  const moved = data.routes.map((route) => movedStatus(data.borders, route, then, shown.day)).filter(Boolean);
  const told = moved.map(({ label, now, was, since }) => `${label}: ${now} since ${inWords(since)}, was ${was}`);
  const taken = takenGround(data, intervalAt(data.borders, then), intervalAt(data.borders, shown.day));
  const reports = data.reports.filter(({ id, day }) => id !== "baseline" && day > then && day <= shown.day);
  return [
    told.length ? told.join("; ") : "no status has changed",
    ...(taken.length ? [`taken: ${inShort(taken)}`] : []),
    `${countOf(reports)}.`,
  ].join("; ");
}

function countOf(reports) {
  const believed = reports.filter((report) => report.believed).length;
  const doubted = reports.length - believed;
  const count = reports.length === 1 ? "1 report" : `${reports.length || "no"} reports`;
  return doubted ? `${count}, ${doubted} of them not believed` : count;
}

// How a status on one day differs from that on another; null if it does not.
export function movedStatus(borders, route, then, today) {
  const spells = spellsIn(borders, route.status);
  const at = (day) => spells.findLast(({ start }) => start <= day);
  const [was, now] = [at(then), at(today)];
  return was.status === now.status ? null : { label: route.label, now: now.status, was: was.status, since: now.start };
}

// Ground that another actor holds than on an earlier interval, each once.
export function takenGround({ sectors, actors }, then, now) {
  const found = sectors.site.flatMap((site, sector) => {
    const [before, after] = [then, now].map((interval) => groundOn(sectors, sector, interval).holder);
    return before === after ? [] : [`${site} by ${actors.at(after).label}`];
  });
  return [...new Set(found)];
}

function inShort(texts) {
  const more = texts.length - MOST_TAKEN;
  return more > 0 ? `${texts.slice(0, MOST_TAKEN).join(", ")} and ${more} more` : texts.join(", ");
}
