// Days and spells: whole days are counted from the first of the run, intervals lie between borders.

import { monthName, numeral } from "./language.js";

const DAY_MS = 86400000;

export function dateAfter(start, day) {
  return new Date(Date.parse(`${start}T00:00:00Z`) + day * DAY_MS);
}

export function isoOf(start, day) {
  return dateAfter(start, day).toISOString().slice(0, 10);
}

export function dayNumber(start, iso) {
  return Math.round((Date.parse(`${iso}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY_MS);
}

export function wordsOf(start, day) {
  const date = dateAfter(start, day);
  return numeral(`${date.getUTCDate()} ${monthName(date.getUTCMonth())} ${date.getUTCFullYear()}`);
}

export function intervalAt(borders, day) {
  return borders.findLastIndex((border, at) => border <= day && at < borders.length - 1);
}

// Which spell of a sector an interval belongs to, of the intervals in which its spells begin.
export function spellOn(begins, interval) {
  return begins.findLastIndex((begin) => begin <= interval);
}

export function spellsIn(borders, status) {
  const starts = status.map((_, at) => at).filter((at) => at === 0 || status[at] !== status[at - 1]);
  return starts.map((at, row) => ({
    status: status[at],
    start: borders[at],
    end: borders[starts[row + 1] ?? status.length],
  }));
}
