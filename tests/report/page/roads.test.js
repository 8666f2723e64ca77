import assert from "node:assert/strict";
import { test } from "node:test";

import { causeOf, stretchesOf } from "../../../engine/report/page/cause.js";
import { middleFirst } from "../../../engine/report/page/lettering.js";
import { middleOf, nearestOn, Roads } from "../../../engine/report/page/roads.js";

// Four pieces of one road, eastwards; a hill north of it.
const data = {
  origin: [100, 200],
  pieces: {
    steps: [0, 10, 20, 30].map((x) => [x, 0, 10, 0]),
    sector: [0, 1, 1, 2],
    names: [["Road", "", ""]],
    name: [0, 0, 0, 0],
  },
  sectors: { begin: [[0], [0], [0]], ids: [["a"], ["b", "road"], ["c"]] },
  places: [{ id: "hill", x: 25, y: 30 }],
  classes: ["route", "primary"],
  rank: [1, 1, 1, 1],
  most_drawn: 2,
};
const roads = new Roads(data);

test("steps become coordinates, and a site has its ground and its spot", () => {
  assert.deepEqual(roads.lines[1].xs, [110, 120]);
  assert.deepEqual(roads.of("road"), [1, 2]);
  assert.deepEqual(roads.spot("road"), [120, 200]);
  assert.deepEqual(roads.spot("hill"), [125, 230]);
  assert.equal(roads.spot("nowhere"), null);
});

test("a click finds the place, else the ground, else nothing", () => {
  assert.deepEqual(roads.at(126, 229, 5, [0, 1, 2, 3]), ["hill"]);
  assert.deepEqual(roads.at(112, 203, 5, [0, 1, 2, 3]), ["b", "road"]);
  assert.equal(roads.at(112, 220, 5, [0, 1, 2, 3]), null);
});

test("the nearest point of a line lies on it, and its middle by length", () => {
  assert.deepEqual(nearestOn({ xs: [0, 10, 10], ys: [0, 0, 90] }, 4, -3), { distance: 3, x: 4, y: 0 });
  assert.deepEqual(middleOf({ xs: [0, 10, 10], ys: [0, 0, 90] }), [10, 40]);
  assert.deepEqual(middleOf({ xs: [5, 5], ys: [7, 7] }), [5, 7]);
});

test("the cause is that part of the path, with a look from what overlooks it", () => {
  const cause = { named: "Road: closed", sites: ["road"], over: "hill" };
  const drawn = causeOf(roads, [0, 1, 2, 3], [cause], "break");
  assert.deepEqual(drawn.rows, [1, 2]);
  assert.deepEqual(drawn.spots, [{ x: 115, y: 200, text: "Road: closed" }]);
  assert.deepEqual(drawn.looks, [{ from: [125, 230], onto: [125, 200] }]);
  assert.deepEqual(drawn.told, ["road", "hill"]);
  assert.deepEqual(causeOf(roads, [0, 1, 2, 3], [cause], "").spots, []);
});

test("stretches end where something else lies between", () => {
  assert.deepEqual(
    stretchesOf([4, 6, 3, 8, 2], (row) => row % 2 === 0),
    [
      [4, 6],
      [8, 2],
    ],
  );
  assert.deepEqual(
    stretchesOf([], () => true),
    [],
  );
});

test("the greater classes are drawn first, and names of long paths stand in their middle", () => {
  const many = new Roads({ ...data, rank: [0, 1, 1, 1] });
  assert.deepEqual(many.choose({ start: 0, end: 999 }, { start: 0, end: 999 }), { rows: [0], least: 0 });
  const spots = middleFirst(Array.from({ length: 1000 }, (_, row) => row));
  assert.ok(spots.length <= 24 && Math.abs(spots[0] - 500) < 50);
});
