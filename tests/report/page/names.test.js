import assert from "node:assert/strict";
import { test } from "node:test";

import { bannerColumns, nameColumns, placeNames } from "../../../engine/report/page/names.js";

const measure = (line) => 6 * line.length;
const room = [400, 300];

function boxes(placed) {
  return placed.map(({ box }) => box);
}

function apart([a, b, c, d], [e, f, g, h]) {
  return a >= g || c <= e || b >= h || d <= f;
}

test("no name covers another or a point, and those that must stand do", () => {
  const items = [];
  for (let n = 0; n < 40; n += 1) {
    items.push({ text: `place ${n}`, at: [(n * 67) % 400, (n * 41) % 300], must: n < 5 });
  }
  const placed = placeNames(items, room, measure);
  const found = boxes(placed);
  found.forEach((one, at) => {
    for (const other of found.slice(at + 1)) {
      assert.ok(apart(one, other));
    }
  });
  assert.ok(items.slice(0, 5).every((item) => placed.some((one) => one.item === item)));
  assert.ok(placed.length > 20);
});

test("a name that must stand moves away from a crowd, with a line back to its point", () => {
  const crowd = [0, 1, 2, 3, 4, 5].map((n) => ({ text: "crowded place", at: [200 + n, 150], must: true }));
  const placed = placeNames(crowd, room, measure);
  assert.equal(placed.length, 6);
  const { columns, leaders } = nameColumns(placed, (at) => at);
  assert.equal(columns.text.length, 6);
  assert.equal(leaders.xs.length, placed.filter(({ away }) => away > 1).length);
});

test("the name of a route stands on its path, where there is room", () => {
  const taken = { text: "first", banner: true, must: true, points: [[100, 100]], colour: "c", ink: "i" };
  const other = {
    text: "second",
    banner: true,
    must: true,
    points: [
      [102, 100],
      [300, 200],
    ],
    colour: "d",
    ink: "j",
  };
  const placed = placeNames([taken, other], room, measure);
  assert.deepEqual(bannerColumns(placed, (at) => at).x, [100, 300]);
});
