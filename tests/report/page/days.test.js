import assert from "node:assert/strict";
import { test } from "node:test";

import { dayNumber, intervalAt, isoOf, spellOn, spellsIn, wordsOf } from "../../../engine/report/page/days.js";

test("days are counted over months, leap days and the change to summer time", () => {
  assert.equal(isoOf("2016-02-28", 1), "2016-02-29");
  assert.equal(isoOf("2014-12-01", 31), "2015-01-01");
  assert.equal(wordsOf("2014-12-01", 13), "14 December 2014");
  for (let day = 0; day < 800; day += 1) {
    assert.equal(dayNumber("2014-03-01", isoOf("2014-03-01", day)), day);
  }
});

test("an interval begins at its border and ends before the next", () => {
  const borders = [0, 7, 13, 31];
  assert.deepEqual(
    [0, 6, 7, 12, 13, 30, 31].map((day) => intervalAt(borders, day)),
    [0, 0, 1, 1, 2, 2, 2],
  );
});

test("a spell of a sector lasts until its next one begins", () => {
  assert.deepEqual(
    [0, 1, 2, 5, 6, 90].map((interval) => spellOn([0, 2, 6], interval)),
    [0, 0, 1, 1, 2, 2],
  );
});

test("spells join intervals of one status and end where the run does", () => {
  const spells = spellsIn([0, 7, 13, 20, 31], ["open", "open", "cut", "open"]);
  assert.deepEqual(spells, [
    { status: "open", start: 0, end: 13 },
    { status: "cut", start: 13, end: 20 },
    { status: "open", start: 20, end: 31 },
  ]);
  assert.deepEqual(spellsIn([0], []), []);
});
