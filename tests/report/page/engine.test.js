import assert from "node:assert/strict";
import { test } from "node:test";

import { RefusedError, Served } from "../../../engine/report/page/engine.js";

const answer = (status, said) => ({ ok: status < 300, status, json: async () => said });

function served(...answers) {
  const asked = [];
  const engine = new Served({ revision: 3 }, async (path, options) => {
    asked.push([path, options]);
    return answers.shift();
  });
  return { asked, engine };
}

test("an action says on which list it builds, and brings the next one", async () => {
  const { asked, engine } = served(answer(200, { revision: 4 }));
  await engine.act({ do: "undo" });
  assert.deepEqual(JSON.parse(asked[0][1].body), { revision: 3, action: { do: "undo" } });
  assert.equal(engine.live.revision, 4);
});

test("what is refused comes as problems, and what came too late says so", async () => {
  const { engine } = served(answer(400, { problems: ["no such place"] }), answer(409, { problems: ["meanwhile"] }));
  await assert.rejects(
    engine.act({}),
    (error) => error instanceof RefusedError && !error.stale && error.message === "no such place",
  );
  await assert.rejects(engine.act({}), (error) => error.stale);
  assert.equal(engine.live.revision, 3);
});

test("an answer that is no JSON is a problem, not a crash", async () => {
  const { engine } = served({ ok: false, status: 502, json: async () => JSON.parse("<html>") });
  await assert.rejects(engine.day(1), RefusedError);
});

test("one's own change is not somebody else's", async () => {
  const { engine } = served(answer(200, { revision: 4 }), answer(200, { revision: 4 }));
  const doing = engine.act({ do: "undo" });
  engine.live = { revision: 3 };
  const heard = engine.changed();
  await doing;
  assert.equal(await heard, false);
});

test("a name of a file goes into the address as text", async () => {
  const { asked, engine } = served(answer(200, {}));
  await engine.drop({ name: "a&source=acled#?.csv" });
  assert.equal(asked[0][0], "drop?name=a%26source%3Dacled%23%3F.csv&source=");
});
