// The review of an article: its drafts, what a person decided and corrected, and what the engine is told of it.

import { numberOf, tr } from "./language.js";

const DAYS = ["earliest", "latest"];
const TABLES = [".csv", ".tsv", ".geojson", ".json", ".gpkg", ".kml", ".xlsx", ".xlsm", ".ods"];
const TEXTS = [".md", ".html", ".htm", ".docx", ".pdf"];

export function reviewOf(reading) {
  const rows = reading.drafts.map(({ sentence }, draft) => ({ draft, sentence, accept: null, changed: {} }));
  return { reading, rows };
}

// A second click on the same answer takes it back.
export function decideRow(row, accept) {
  row.accept = row.accept === accept ? null : accept;
}

export function rowValue(review, row, name) {
  return row.changed[name] ?? review.reading.drafts[row.draft]?.[name] ?? "";
}

// A day that a person sets is that day and no range, unless they set the range as well.
export function correctRow(review, row, name, value) {
  const own = review.reading.drafts[row.draft]?.[name] ?? "";
  if (String(value) === String(own)) {
    delete row.changed[name];
  } else {
    row.changed[name] = value;
  }
  if (name === "date") {
    for (const day of DAYS) {
      if (row.changed.date === undefined) {
        delete row.changed[day];
      } else {
        row.changed[day] = value;
      }
    }
  }
}

// A report that the text makes and no draft has: it stands after those of its sentence.
export function addRow(review, sentence, day) {
  const row = {
    draft: null,
    sentence,
    accept: true,
    changed: { date: day, earliest: day, latest: day, kind: "fighting" },
  };
  const after = review.rows.findLastIndex((one) => one.sentence <= sentence);
  review.rows.splice(after + 1, 0, row);
  return row;
}

export function reviewCounts({ rows }) {
  const of = (accept) => rows.filter((row) => row.accept === accept).length;
  const corrected = rows.filter((row) => row.accept && Object.keys(row.changed).length).length;
  return { accepted: of(true), refused: of(false), open: of(null), corrected };
}

export function reviewAnswer({ rows }) {
  return rows.map(({ draft, sentence, accept, changed }) => ({ draft, sentence, accept, ...changed }));
}

// A text in parts, those marked between the others; marks are [from, to) and may overlap.
export function markedParts(text, marks) {
  const parts = [];
  let done = 0;
  for (const [from, to] of [...marks].sort((one, other) => one[0] - other[0])) {
    const start = Math.max(from, done);
    if (to > start) {
      parts.push([text.slice(done, start), false], [text.slice(start, to), true]);
      done = to;
    }
  }
  return [...parts, [text.slice(done), false]].filter(([part]) => part);
}

// Whether a file is a text to read, and no table of reports: plain text may be either.
export function isArticleFile(name, head) {
  const ending = name.slice(name.lastIndexOf(".")).toLowerCase();
  if (TABLES.includes(ending)) {
    return false;
  }
  const [first] = head.split(/\r?\n/, 1);
  return TEXTS.includes(ending) || (ending === ".txt" && !/\t|[,;]\S*[,;]\S/.test(first));
}

// Which row each problem is about: "draft 3 (...): why".
export function refusedRows(problems) {
  const [begin] = tr("draft {number} ({text}): {why}").split("{number}");
  const found = new Map();
  for (const problem of problems) {
    const row = problem.startsWith(begin) && /^[\d٠-٩]+(?= )/.exec(problem.slice(begin.length));
    if (row) {
      found.set(numberOf(row[0]) - 1, problem);
    }
  }
  return found;
}
