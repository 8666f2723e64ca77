import assert from "node:assert/strict";
import { test } from "node:test";

import { RefusedError } from "../../../engine/report/page/engine.js";
import { afterwards, Written } from "../../../engine/report/page/written.js";

// Two pieces of ground on two intervals, days 0 to 9 and 10 to 29; on day 10 another report of "b" is made.
const page = (more = {}) => ({
  start: "2014-12-01",
  borders: [0, 10, 30],
  sites: [
    { id: "a", en: "A", ar: "" },
    { id: "b", en: "B", ar: "ب" },
    { id: "far", en: "Far", ar: "" },
  ],
  paths: [[0], [0, 1]],
  pieces: { steps: [], sector: [0, 1] },
  sectors: {
    site: ["A", "B"],
    ids: [["a"], ["b"]],
    begin: [[0], [0, 1]],
    holder: [[0], [0, 1]],
    condition: [[0], [0, 0]],
    told: [[0], [0, 1]],
    texts: [{ state: "held by One" }, { state: "held by Two" }],
  },
  reports: [{ id: "baseline" }],
  routes: [
    { id: "r", label: "R", status: ["open", "cut"], path: [0, 1], why: ["because", "w"], meeting: ["m", "n"] },
    { id: "s", label: "S", status: ["open", "open"], path: [0, 0], why: ["x", "y"], meeting: ["o", "p"] },
  ],
  whatif: {
    kinds: [
      { value: "captured:two", kind: "captured", actor: "Two" },
      { value: "closed", kind: "closed", actor: "" },
    ],
    sites: {
      a: [
        [0, 0, 0, -1, 0, 0],
        [0, 1, 0, -1, 1, 1],
      ],
      b: [[0, 0, 0, -1, 0, 0, 1, 1, 10, 12, 1, 1], []],
    },
    statuses: [[[0, "cut"]], [[1, "at risk"]]],
    grounds: [
      [1, 1, 0, 0],
      [0, 0, 3, 1],
    ],
    texts: ["held by Two", "held by One, closed"],
    within: null,
    sector: null,
    lasts: null,
    heard: null,
    ...more,
  },
});
const change = (site, kind, date, actor) => ({
  change: "add",
  event: { date, site, kind, ...(actor ? { actor } : {}), source: "what if" },
});
const added = (...said) => ({ do: "add", change: change(...said) });

test("from its day on a change is as computed, before it all is as it was", () => {
  const after = afterwards(page(), change("b", "captured", "2014-12-04", "two"));
  assert.deepEqual(after.borders, [0, 3, 10, 30]);
  assert.deepEqual(after.routes, [{ status: ["open", "cut", "cut"] }, { status: ["open", "open", "open"] }]);
  assert.deepEqual(after.sectors.holder, [
    [0, 0, 0],
    [0, 1, 1],
  ]);
  assert.deepEqual(
    after.sectors.told[1].map((text) => after.sectors.texts[text].state),
    ["held by One", "held by Two", "held by Two"],
  );
  const { site, believed, kind, actor } = after.reports[1];
  assert.deepEqual([site, believed, kind, actor], ["B", true, "captured", "Two"]);
});

test("the day of the change decides which answer counts", () => {
  const status = (date) => afterwards(page(), change("b", "captured", date, "two")).routes[1].status.at(-1);
  assert.deepEqual(["2014-12-10", "2014-12-11", "2014-12-13", "2014-12-14"].map(status), [
    "open",
    "at risk",
    "at risk",
    "open",
  ]);
});

test("a report that lapses, or that was not heard in time, changes nothing", () => {
  const lapsed = afterwards(page({ lasts: 4 }), change("a", "closed", "2014-12-08"));
  assert.deepEqual(lapsed.borders, [0, 7, 10, 11, 30]);
  assert.deepEqual(lapsed.routes[1].status, ["open", "at risk", "at risk", "open"]);
  const late = afterwards(page({ heard: 6 }), change("a", "closed", "2014-12-08"));
  assert.deepEqual(late.routes[1].status, ["open", "open", "open"]);
  assert.equal(late.reports[1].believed, false);
});

test("ground that is divided more finely keeps the names of the ground that it lies in", () => {
  const after = afterwards(page({ within: [0, 1, 1], sector: [0, 2] }), change("a", "closed", "2014-12-01"));
  assert.deepEqual(after.pieces.sector, [0, 2]);
  assert.deepEqual(after.sectors.site, ["A", "B", "B"]);
  assert.deepEqual(after.sectors.condition, [
    [3, 3],
    [0, 0],
    [0, 0],
  ]);
});

test("one change: undone, done again, switched off, removed; a second one needs the engine", async () => {
  const engine = new Written(page());
  assert.equal(engine.live.after, null);
  const live = await engine.act(added("a", "closed", "2014-12-08"));
  assert.deepEqual([live.undo, live.redo, live.changes[0].text], [1, 0, "A closed on 2014-12-08"]);
  await assert.rejects(engine.act(added("b", "closed", "2014-12-08")), (error) =>
    /supplyline open/.test(error.message),
  );
  assert.equal(engine.live.changes.length, 1);
  assert.equal((await engine.act({ do: "switch", at: 0 })).after, null);
  assert.notEqual((await engine.act({ do: "switch", at: 0 })).after, null);
  assert.equal((await engine.act({ do: "remove", at: 0 })).changes.length, 0);
  assert.equal((await engine.act({ do: "undo" })).changes.length, 1);
  assert.equal((await engine.act({ do: "redo" })).changes.length, 0);
  const set = await engine.act({
    do: "set",
    changes: [{ ...change("b", "captured", "2014-12-04", "two"), counts: true }],
  });
  assert.equal(set.changes[0].text, "B captured by Two on 2014-12-04");
});

test("what was not computed in advance is refused", async () => {
  const engine = new Written(page());
  const wrong = [
    added("nowhere", "closed", "2014-12-08"),
    added("far", "closed", "2014-12-08"),
    added("a", "captured", "2014-12-08", "three"),
    added("a", "closed", "2015-12-08"),
    added("a", "closed", "no day"),
    added("__proto__", "closed", "2014-12-08"),
    { do: "add", change: { change: "add", event: { ...change("a", "closed", "2014-12-08").event, confidence: 0.6 } } },
    { do: "add", change: { change: "withdraw", id: "e1" } },
    {
      do: "add",
      change: { change: "add", event: { ...change("a", "closed", "2014-12-08").event, until: "2014-12-09" } },
    },
    { do: "set", changes: [change("a", "closed", "2014-12-08"), change("b", "closed", "2014-12-08")] },
    { do: "open", name: "x" },
    { do: "nothing" },
  ];
  for (const action of wrong) {
    await assert.rejects(engine.act(action), RefusedError, JSON.stringify(action));
  }
  assert.equal(engine.live.changes.length, 0);
});

test("reasons of the days before the change are those of the page; those after are not known", async () => {
  const engine = new Written(page());
  await engine.act(added("a", "captured", "2014-12-08", "two"));
  const before = await engine.day(0);
  assert.deepEqual([before.routes[0].why, before.routes[0].meeting, before.routes[0].path], ["because", "m", [0]]);
  const after = await engine.day(7);
  assert.deepEqual([after.interval, after.routes[0].meeting.first], [1, "R: cut instead of open."]);
  assert.match(after.routes[0].why.unknown, /supplyline open/);
  assert.equal(after.routes[1].meeting.first, "S: open, as without the change.");
});
