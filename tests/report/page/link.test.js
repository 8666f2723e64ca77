import assert from "node:assert/strict";
import { test } from "node:test";

import { linked, linkOf } from "../../../engine/report/page/link.js";

test("a link brings back the day, the route and the changes, whatever their names", () => {
  const changes = [{ change: "add", event: { site: "حندرات", note: "a&b=c#d" } }];
  const shown = { day: "2014-12-20", route: "a & b=c #1", changes };
  assert.deepEqual(linked(linkOf(shown)), shown);
  assert.deepEqual(linked(linkOf({})), { day: null, route: null, changes: [] });
});

test("what is no link is left out", () => {
  for (const hash of ["#day=soon", "#day=2014-12-1", "#changes={", "#changes=7", "#changes=[7,null]", "#", ""]) {
    const found = linked(hash);
    assert.equal(found.day, null);
    assert.deepEqual(found.changes, []);
  }
});
