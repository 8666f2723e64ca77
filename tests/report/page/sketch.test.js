import assert from "node:assert/strict";
import { test } from "node:test";

import {
  courseProblem,
  emptySketch,
  kilometres,
  movePlace,
  Steps,
  savedBody,
  sketchOf,
  throughOf,
  throughText,
  withoutPlace,
  withPlace,
  withRoad,
  withRows,
} from "../../../engine/report/page/drawn.js";
import {
  coordinates,
  fitOf,
  fromMercator,
  isMirrored,
  toMercator,
  toPixel,
  toWorld,
} from "../../../engine/report/page/fit.js";

const near = (one, other, least = 1e-6) =>
  one.forEach((value, at) => {
    assert.ok(Math.abs(value - other[at]) <= least, `${one} is not ${other}`);
  });
const laid = (matrix, pixels) => pixels.map((pixel) => ({ pixel, at: fromMercator(toWorld(matrix, pixel)) }));

test("Web Mercator and back", () => {
  for (const at of [
    [0, 0],
    [36.2, 37.16],
    [-33.9, 18.4],
    [64.1, -21.9],
  ]) {
    near(fromMercator(toMercator(at)), at, 1e-9);
  }
  near(toMercator([0, 180]), [20037508.342789, 0], 1e-3);
});

test("two points find any scale, turn and shift", () => {
  for (const [scale, turn] of [
    [12, 0],
    [3.5, 0.7],
    [80, -2.9],
    [9, Math.PI],
  ]) {
    const [p, q] = [scale * Math.cos(turn), scale * Math.sin(turn)];
    const truth = [p, q, 4.1e6, q, -p, 4.3e6];
    near(
      fitOf(
        laid(truth, [
          [100, 80],
          [900, 640],
        ]),
      ),
      truth,
      1e-3,
    );
  }
});

test("three points find any affine map, and pixels come back", () => {
  const truth = [11, 2.5, 4.1e6, -1.2, -9, 4.3e6];
  const found = fitOf(
    laid(truth, [
      [10, 20],
      [800, 50],
      [300, 700],
    ]),
  );
  near(found, truth, 1e-3);
  near(toPixel(found, toWorld(found, [123, 456])), [123, 456], 1e-6);
  assert.ok(!isMirrored(found));
  assert.ok(
    isMirrored(
      fitOf(
        laid(
          [-11, 2.5, 0, -1.2, -9, 0],
          [
            [10, 20],
            [800, 50],
            [300, 700],
          ],
        ),
      ),
    ),
  );
});

test("points that fit nothing are refused", () => {
  const at = [36, 37];
  assert.throws(() => fitOf([{ pixel: [1, 1], at }]), /Two points/);
  assert.throws(
    () =>
      fitOf([
        { pixel: [1, 1], at },
        { pixel: [1, 2], at: [36.1, 37] },
      ]),
    /the same/,
  );
  assert.throws(
    () =>
      fitOf([
        { pixel: [1, 1], at },
        { pixel: [500, 2], at },
      ]),
    /the same/,
  );
  const line = [
    [0, 0],
    [300, 300],
    [600, 600],
  ].map((pixel) => ({ pixel, at: [36 + pixel[0] / 1e4, 37 + pixel[1] ** 2 / 1e7] }));
  assert.throws(() => fitOf(line), /one line/);
  const places = [
    [0, 0],
    [300, 300],
    [600, 0],
  ].map((pixel) => ({ pixel, at: [0, pixel[0] / 1e3] }));
  assert.throws(() => fitOf(places), /places lie on one line/);
});

test("coordinates are read as people write them, and nothing else", () => {
  assert.deepEqual(coordinates(" 36.2, 37.16 "), [36.2, 37.16]);
  assert.deepEqual(coordinates("-1.5 29"), [-1.5, 29]);
  for (const text of ["", "36", "36,37,38", "91, 10", "36, 200", "north, 3"]) {
    assert.equal(coordinates(text), null);
  }
});

const three = () =>
  [
    ["Marun", [12.3, 30.1]],
    ["عاصون", [12.24, 30.12]],
    ["Dera", [12.1, 30.15]],
  ].reduce((sketch, [name, at]) => withPlace(sketch, at, { name }), emptySketch());

test("a road joins places, with bends between", () => {
  assert.ok(
    courseProblem([0]) && courseProblem([0, 0]) && courseProblem([[1, 2], 0, 1]) && courseProblem([0, 1, [1, 2]]),
  );
  const sketch = withRoad(three(), [0, [12.27, 30.1], 1, 2]);
  assert.equal(throughText(sketch, sketch.roads[0]), "Marun; 12.27,30.1; عاصون; Dera");
  assert.deepEqual(throughOf(sketch, "marun; 12.27, 30.1؛عاصون;DERA"), sketch.roads[0].through);
  assert.throws(() => throughOf(sketch, "Marun; Atlantis"), /Atlantis/);
});

test("a place that goes takes its bends and the roads that hang on it along", () => {
  const sketch = withRoad(withRoad(three(), [0, [12.27, 30.1], 1, 2]), [0, 2]);
  assert.deepEqual(
    withoutPlace(sketch, 0).roads.map(({ through }) => through),
    [[1, 2]],
  );
  assert.deepEqual(
    withoutPlace(sketch, 1).roads.map(({ through }) => through),
    [
      [0, [12.27, 30.1], 2],
      [0, 2],
    ],
  );
});

test("every step can be undone and done again", () => {
  const steps = new Steps(emptySketch());
  steps.step(withPlace(steps.now, [1, 2]));
  steps.step(movePlace(steps.now, 0, [3, 4]));
  steps.undo();
  assert.deepEqual([steps.now.places[0].lat, steps.now.places[0].lon], [1, 2]);
  steps.redo();
  assert.equal(steps.now.places[0].lat, 3);
  steps.undo();
  steps.undo();
  steps.undo();
  assert.equal(steps.now.places.length, 0);
});

test("what is saved names places by their number, and what was saved keeps its rows", () => {
  const read = { places: three().places.map((place, row) => ({ ...place, row })), roads: [] };
  const sketch = withRoad(withoutPlace(sketchOf(read), 0), [1, 2]);
  const body = savedBody(sketch, { "places.csv": "x" });
  assert.deepEqual(
    body.places.map(({ row }) => row),
    [1, 2],
  );
  assert.deepEqual(body.roads[0].through, [0, 1]);
  assert.ok(!("key" in body.roads[0]) && body.roads[0].row === null);
  const after = withRows(sketchOf(read), sketch);
  assert.deepEqual(
    after.places.map(({ row }) => row),
    [null, 0, 1],
  );
  assert.equal(withRows(sketch, sketch).roads[0].row, 0);
});

test("kilometres are those of the globe", () => {
  assert.ok(
    Math.abs(
      kilometres([
        [0, 0],
        [0, 1],
      ]) - 111.195,
    ) < 0.01,
  );
});
