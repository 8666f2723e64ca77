import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { wordsOf } from "../../../engine/report/page/days.js";
import { throughOf } from "../../../engine/report/page/drawn.js";
import { fitOf } from "../../../engine/report/page/fit.js";
import {
  called,
  dayText,
  languageAsked,
  listing,
  numberOf,
  overlaid,
  sentencesOf,
  speak,
  spokenData,
  tr,
  trc,
  trNodes,
  trn,
  withDigits,
} from "../../../engine/report/page/language.js";
import { refusedRows } from "../../../engine/report/page/review.js";

const MONTHS = Array(12).fill("شهر");
const arabic = (more = {}) => speak({ code: "ar", direction: "rtl", months: MONTHS, messages: {}, ...more });

afterEach(() => speak({}));

test("a message without a translation is in English, with its values", () => {
  arabic({ direction: "ltr", messages: { "{label} is lost": "", toString: "x" } });
  assert.equal(tr("{label} is lost", { label: "Azaz" }), "Azaz is lost");
  assert.equal(tr("constructor"), "constructor");
});

test("each number has the form of its language", () => {
  const one = "{n} place";
  arabic({ messages: { [one]: ["لا مكان", "مكان", "مكانان", "{n} أماكن", "{n} مكانا", "{n} مكان"] } });
  assert.deepEqual(
    [0, 1, 2, 3, 10, 11, 99, 100, 103].map((n) => trn(one, "{n} places", n)),
    ["لا مكان", "مكان", "مكانان", "3 أماكن", "10 أماكن", "11 مكانا", "99 مكانا", "100 مكان", "103 أماكن"],
  );
  speak({ code: "fr", messages: { [one]: ["{n} lieu", "{n} lieux"] } });
  assert.deepEqual(
    [0, 1, 2, 1000000].map((n) => trn(one, "{n} places", n)),
    ["0 lieu", "1 lieu", "2 lieux", "1000000 lieux"],
  );
  speak({ code: "uk", messages: { [one]: ["{n} місце", "{n} місця", "{n} місць"] } });
  assert.deepEqual(
    [1, 3, 5, 21].map((n) => trn(one, "{n} places", n)),
    ["1 місце", "3 місця", "5 місць", "21 місце"],
  );
});

test("a sense of a word has a translation of its own", () => {
  arabic({ messages: { route: "أ", "show on the map\u0004route": "ب" } });
  assert.deepEqual([tr("route"), trc("show on the map", "route"), trc("other", "route")], ["أ", "ب", "route"]);
});

test("names are isolated from right to left, and elements stay elements", () => {
  assert.equal(tr("{a} by {b}", { a: "x", b: "y" }), "x by y");
  arabic();
  assert.equal(tr("{a} by {n}", { a: "x", n: 7 }), "\u2068x\u2069 by 7");
  const node = { element: true };
  assert.deepEqual(trNodes("{a} by {b}.", { a: node, b: "y" }), [node, " by ", "\u2068y\u2069", "."]);
});

test("lists and sentences are joined by the signs of the language", () => {
  assert.deepEqual(
    [listing(["a", "b", "c"]), listing(["a", "b", "c"], "and"), listing([])],
    ["a, b, c", "a, b and c", ""],
  );
  assert.equal(sentencesOf(["a", "b"]), "a; b");
  arabic({
    direction: "ltr",
    messages: { "{first}, {next}": "{first}، {next}", "{first} and {last}": "{first} و{last}" },
  });
  assert.equal(listing(["أ", "ب", "ج"], "and"), "أ، ب وج");
});

test("days are in figures in English, else in words; digits as it is asked for", () => {
  assert.deepEqual([dayText("2014-12-20"), wordsOf("2014-12-19", 1)], ["2014-12-20", "20 December 2014"]);
  arabic();
  assert.equal(dayText("2014-12-20"), "20 شهر 2014");
  arabic({ eastern: true });
  assert.equal(wordsOf("2014-12-19", 1), "٢٠ شهر ٢٠١٤");
  assert.equal(withDigits("E12 on 3.5 km, s-12 of 40"), "E12 on ٣.٥ km, s-12 of ٤٠");
  assert.deepEqual([numberOf("٤٢"), numberOf("42")], [42, 42]);
});

test("a name is that of the script, where there is one", () => {
  assert.deepEqual([called("Azaz", "أعزاز"), called("", "أعزاز")], ["Azaz", "أعزاز"]);
  arabic();
  assert.deepEqual([called("Azaz", "أعزاز"), called("Azaz", "")], ["أعزاز", "Azaz"]);
});

test("texts in another language lie over those of the page", () => {
  const base = {
    title: "t",
    rows: [
      { id: "a", said: "cut" },
      { id: "b", said: "open" },
    ],
    days: [1, 2],
  };
  const over = { rows: [{ said: 0 }, null] };
  assert.deepEqual(overlaid(base, over, ["مقطوع"]), {
    title: "t",
    rows: [
      { id: "a", said: "مقطوع" },
      { id: "b", said: "open" },
    ],
    days: [1, 2],
  });
});

test("an address chooses a language that there is, or that of the page", () => {
  const data = {
    said: "cut in 2 places",
    languages: {
      own: "ar",
      of: {
        en: { direction: "ltr" },
        ar: { direction: "rtl", messages: {}, over: { said: 0 }, texts: ["مقطوع في 2"] },
      },
    },
  };
  const said = (search, hash = "") => spokenData(data, { search, hash }).said;
  assert.equal(said(""), "مقطوع في 2");
  assert.equal(said("?lang=en"), "cut in 2 places");
  assert.equal(said("", "#day=2014-12-20&lang=en"), "cut in 2 places");
  assert.equal(said("?lang=ar-SY"), "مقطوع في 2");
  assert.equal(said("?lang=ar-u-nu-arab"), "مقطوع في ٢");
  assert.equal(said("?lang=tlh"), "مقطوع في 2");
  assert.equal(languageAsked({ search: "?lang=fr", hash: "#lang=ar" }), "fr");
});

test("what the scripts refuse is said in the language", () => {
  const marks = { get: (_, key) => `⟦${key}⟧`, getOwnPropertyDescriptor: () => ({ configurable: true, value: "" }) };
  speak({ code: "en-XA", messages: new Proxy({}, marks) });
  assert.throws(() => fitOf([]), /^Error: ⟦/);
  assert.throws(() => throughOf({ places: [] }, "Atlantis"), /^Error: ⟦.*Atlantis.*⟧$/);
  assert.deepEqual([...refusedRows(["⟦draft 3 (x): why⟧", "⟦nothing⟧"]).keys()], [2]);
});

test("no two modules give the same name, as the page joins them into one script", () => {
  const folder = new URL("../../../engine/report/page/", import.meta.url);
  const given = new Map();
  const html = readFileSync(new URL("html.py", folder), "utf-8");
  const pages = [/^MODULES = \(([\s\S]*?)^\)/m, /^SKETCH_MODULES = \(([\s\S]*?)^\)/m].map((list) =>
    [...list.exec(html)[1].matchAll(/"([\w.]+)"/g)].map(([, name]) => name),
  );
  assert.ok(
    readdirSync(folder)
      .filter((name) => name.endsWith(".js"))
      .every((name) => pages.flat().includes(name)),
  );
  for (const modules of pages) {
    given.clear();
    for (const module of modules) {
      const text = readFileSync(new URL(module, folder), "utf-8");
      for (const [, name] of text.matchAll(/^(?:export )?(?:async )?(?:const|let|function|class) (\w+)/gm)) {
        assert.ok(!given.has(name), `${name} in ${given.get(name)} and ${module}`);
        given.set(name, module);
      }
    }
  }
});
