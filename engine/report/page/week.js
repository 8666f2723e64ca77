// What changed since a week ago: statuses, who took which ground, and how much was reported.

import { intervalAt, spellsIn } from "./days.js";
import { called, listing, sentencesOf, tr, trn } from "./language.js";
import { groundOn } from "./roads.js";
import { actorName, data, inWords, shown, statusText } from "./state.js";

const WEEK = 7;
const MOST_TAKEN = 5;

export function sinceLastWeek() {
  const then = Math.max(shown.day - WEEK, 0);
  const moved = data.routes.map((route) => movedStatus(data.borders, route, then, shown.day)).filter(Boolean);
  const told = moved.map(({ label, now, was, since }) =>
    tr("{label}: {now} since {day}, was {before}", {
      label,
      now: statusText(now),
      day: inWords(since),
      before: statusText(was),
    }),
  );
  const taken = takenGround(data, intervalAt(data.borders, then), intervalAt(data.borders, shown.day));
  const reports = data.reports.filter(({ id, day }) => id !== "baseline" && day > then && day <= shown.day);
  const said = [
    ...(told.length ? told : [tr("no status has changed")]),
    ...(taken.length ? [tr("taken: {places}", { places: inShort(taken) })] : []),
    countOf(reports),
  ];
  return `${sentencesOf(said)}.`;
}

function countOf(reports) {
  const believed = reports.filter((report) => report.believed).length;
  const doubted = reports.length - believed;
  const count = reports.length ? trn("{n} report", "{n} reports", reports.length) : tr("no reports");
  return doubted ? tr("{count}, {doubted} of them not believed", { count, doubted }) : count;
}

// How a status on one day differs from that on another; null if it does not.
export function movedStatus(borders, route, then, today) {
  const spells = spellsIn(borders, route.status);
  const at = (day) => spells.findLast(({ start }) => start <= day);
  const [was, now] = [at(then), at(today)];
  return was.status === now.status
    ? null
    : { label: called(route.label, route.label_ar), now: now.status, was: was.status, since: now.start };
}

// Ground that another actor holds than on an earlier interval, each once.
export function takenGround({ sectors, actors }, then, now) {
  const found = sectors.site.flatMap((site, sector) => {
    const [before, after] = [then, now].map((interval) => groundOn(sectors, sector, interval).holder);
    return before === after ? [] : [tr("{place} by {actor}", { place: site, actor: actorName(actors.at(after)) })];
  });
  return [...new Set(found)];
}

function inShort(texts) {
  const more = texts.length - MOST_TAKEN;
  return more > 0
    ? trn("{names} and {n} more", "{names} and {n} more", more, { names: listing(texts.slice(0, MOST_TAKEN)) })
    : listing(texts);
}
