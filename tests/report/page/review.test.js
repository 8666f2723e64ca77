import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addRow,
  correctRow,
  decideRow,
  isArticleFile,
  markedParts,
  refusedRows,
  reviewAnswer,
  reviewCounts,
  reviewOf,
  rowValue,
} from "../../../engine/report/page/review.js";

const draft = (sentence, site) => ({
  sentence,
  site,
  date: "2014-12-20",
  earliest: "2014-12-18",
  latest: "2014-12-20",
});
const fresh = () =>
  reviewOf({ drafts: [draft(1, "mare"), draft(3, "mallah")], sentences: [], published: "2014-12-22" });

test("nothing is accepted at first, and a second click takes an answer back", () => {
  const review = fresh();
  assert.deepEqual(reviewCounts(review), { accepted: 0, refused: 0, open: 2, corrected: 0 });
  decideRow(review.rows[0], true);
  decideRow(review.rows[1], false);
  assert.deepEqual(reviewCounts(review), { accepted: 1, refused: 1, open: 0, corrected: 0 });
  decideRow(review.rows[0], true);
  assert.equal(review.rows[0].accept, null);
});

test("only what differs from the draft is a correction", () => {
  const review = fresh();
  const [row] = review.rows;
  correctRow(review, row, "site", "azaz");
  assert.equal(rowValue(review, row, "site"), "azaz");
  correctRow(review, row, "site", "mare");
  assert.deepEqual(row.changed, {});
});

test("a day set by a person is no range, and the draft's range comes back with its day", () => {
  const review = fresh();
  const [row] = review.rows;
  correctRow(review, row, "date", "2014-12-10");
  assert.deepEqual(row.changed, { date: "2014-12-10", earliest: "2014-12-10", latest: "2014-12-10" });
  correctRow(review, row, "latest", "2014-12-12");
  assert.equal(row.changed.latest, "2014-12-12");
  correctRow(review, row, "date", "2014-12-20");
  assert.deepEqual(row.changed, {});
});

test("an added report stands behind those of its sentence and says that no draft had it", () => {
  const review = fresh();
  addRow(review, 2, "2014-12-22").changed.site = "anadan";
  assert.deepEqual(
    reviewAnswer(review).map(({ draft, sentence, site }) => [draft, sentence, site]),
    [
      [0, 1, undefined],
      [null, 2, "anadan"],
      [1, 3, undefined],
    ],
  );
});

test("parts of a text are the text, whatever is marked", () => {
  const text = "Rebels took Mare";
  for (const marks of [
    [],
    [[7, 11]],
    [
      [12, 16],
      [7, 11],
    ],
    [
      [0, 16],
      [3, 5],
    ],
    [
      [5, 9],
      [7, 12],
    ],
  ]) {
    assert.equal(
      markedParts(text, marks)
        .map(([part]) => part)
        .join(""),
      text,
    );
  }
  assert.deepEqual(
    markedParts(text, [[7, 11]]).filter(([, marked]) => marked),
    [["took", true]],
  );
});

test("plain text is an article unless it begins as a table", () => {
  assert.ok(isArticleFile("News.PDF", ""));
  assert.ok(isArticleFile("a.txt", "Mare, Azaz and Tal Rifaat, three towns, were hit.\nOn"));
  assert.ok(isArticleFile("a.txt", "سيطرت القوات، أمس، على مارع"));
  for (const [name, head] of [
    ["a.csv", "The text"],
    ["a.txt", "date,site,kind\n"],
    ["a.txt", "date;site;kind"],
    ["a.txt", "date\tsite"],
    ["a.png", ""],
  ]) {
    assert.ok(!isArticleFile(name, head), name + head);
  }
});

test("a problem finds its row", () => {
  const found = refusedRows(["draft 12 (x): no place", "the disk is full"]);
  assert.deepEqual([...found], [[11, "draft 12 (x): no place"]]);
});
