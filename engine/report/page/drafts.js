// A text and its drafts side by side: each with its sentence, to accept, correct, refuse or add to.

import { bdi, make, part } from "./dom.js";
import { called, tr, trc, trNodes, trn } from "./language.js";
import { addRow, correctRow, decideRow, markedParts, reviewCounts, rowValue } from "./review.js";

const KEPT = `supplyline-review ${location.pathname}`;
export const articles = { review: null, file: null, refused: new Map() };

// ---- what is decided stays in this tab until it is imported

export function keepReview() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(articles.review));
  } catch {
    // a text too long for the tab's own store: it lives as long as the page
  }
}

export function keptReview() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

export function forgetReview() {
  articles.review = null;
  sessionStorage.removeItem(KEPT);
}

// ---- the text

export function renderArticle() {
  const { reading } = articles.review;
  part["article-name"].replaceChildren(bdi(reading.name));
  part["article-again"].checked = false;
  part["article-before"].hidden = !reading.before;
  part["article-body"].replaceChildren(...reading.sentences.map(sentenceNode));
  part["article-remarks"].replaceChildren(...reading.remarks.map((remark) => make("p", {}, bdi(remark))));
  renderDrafts();
}

function sentenceNode({ text, rtl }, at) {
  const number = at + 1;
  const add = make(
    "button",
    {
      type: "button",
      className: "add",
      "aria-label": tr("Add a report from sentence {number}", { number }),
      title: tr("Add a report"),
    },
    "+",
  );
  add.addEventListener("click", () => {
    const row = addRow(articles.review, number, articles.review.reading.published);
    renderDrafts();
    draftNode(row).querySelector("input").focus();
    keepReview();
  });
  const node = make("p", { dir: rtl ? "rtl" : "ltr", lang: rtl ? "ar" : "en" });
  node.dataset.sentence = number;
  node.append(add, make("span", { className: "said" }, text));
  return node;
}

// The sentence of a draft, with the words that carried it.
export function showSentence(row, scroll = true) {
  const { reading } = articles.review;
  for (const node of part["article-body"].children) {
    const here = Number(node.dataset.sentence) === row.sentence;
    const { text } = reading.sentences[node.dataset.sentence - 1];
    node.classList.toggle("now", here);
    const marks = here ? (reading.drafts[row.draft]?.marks ?? []) : [];
    node
      .querySelector(".said")
      .replaceChildren(
        ...markedParts(text, marks).map(([piece, marked]) => (marked ? make("mark", {}, piece) : piece)),
      );
    if (here && scroll) {
      node.scrollIntoView({ block: "nearest" });
    }
  }
  for (const node of part["article-drafts"].children) {
    node.classList.toggle("now", node === draftNode(row));
  }
}

// ---- the drafts

export const draftNode = (row) => part["article-drafts"].children[articles.review.rows.indexOf(row)];

function renderDrafts() {
  const { rows } = articles.review;
  part["article-drafts"].replaceChildren(...rows.map(draftItem));
  const drafted = new Set(rows.map(({ sentence }) => sentence));
  for (const node of part["article-body"].children) {
    node.classList.toggle("drafted", drafted.has(Number(node.dataset.sentence)));
  }
  renderCounts();
}

function draftItem(row, at) {
  const { review } = articles;
  const draft = review.reading.drafts[row.draft];
  const item = make("li", { className: "draft" });
  const button = (accept, text) => {
    const node = make("button", { type: "button", "aria-pressed": String(row.accept === accept) }, text);
    node.className = accept ? "accept" : "refuse";
    node.setAttribute("aria-label", tr("{action}: draft {number}", { action: text, number: at + 1 }));
    node.addEventListener("click", () => {
      decideRow(row, accept);
      changedRow(row, item);
    });
    return node;
  };
  item.append(
    make(
      "div",
      { className: "row" },
      button(true, tr("Accept")),
      button(false, tr("Refuse")),
      make("span", { className: "faint" }, tr("sentence {number}", { number: row.sentence })),
      draft
        ? make("span", {}, ...trNodes("“{place}”", { place: bdi(draft.place) }))
        : make("span", {}, tr("added by you")),
    ),
    make("div", { className: "fields" }, ...fieldsOf(row, item)),
    make(
      "p",
      { className: "faint" },
      bdi(draft ? [draft.rule, draft.source, draft.remark].filter(Boolean).join(" · ") : ""),
    ),
    make("p", { className: "refused", hidden: true }),
  );
  item.addEventListener("focusin", () => showSentence(row));
  item.addEventListener("click", () => showSentence(row));
  stateOf(row, item, at);
  return item;
}

export function stateOf(row, item, at) {
  item.dataset.accept = row.accept === null ? "open" : row.accept ? "yes" : "no";
  item.classList.toggle("changed", row.draft !== null && Object.keys(row.changed).length > 0);
  for (const [name, accept] of [
    ["accept", true],
    ["refuse", false],
  ]) {
    item.querySelector(`.${name}`).setAttribute("aria-pressed", String(row.accept === accept));
  }
  const why = articles.refused.get(at) ?? "";
  item.querySelector(".refused").textContent = why;
  item.querySelector(".refused").hidden = !why;
}

function changedRow(row, item) {
  const at = articles.review.rows.indexOf(row);
  articles.refused.delete(at);
  stateOf(row, item, at);
  renderCounts();
  keepReview();
}

function fieldsOf(row, item) {
  const { review } = articles;
  const { kinds, actors } = review.reading;
  const field = (label, name, input, read = () => input.value) => {
    input.dataset.field = name;
    input.addEventListener("change", () => {
      correctRow(review, row, name, read());
      if (name === "date") {
        for (const day of ["earliest", "latest"]) {
          item.querySelector(`[data-field="${day}"]`).value = rowValue(review, row, day);
        }
      }
      changedRow(row, item);
    });
    return make("label", {}, `${label} `, input);
  };
  const text = (name, more = {}) => make("input", { value: rowValue(review, row, name), ...more });
  const choice = (name, options) => {
    const node = make("select", {}, ...options.map(([value, label]) => make("option", { value }, label)));
    node.value = rowValue(review, row, name);
    return node;
  };
  const who = [
    ["", tr("nobody named")],
    ...actors.map(({ id, label, label_ar: arabic }) => [id, called(label, arabic)]),
  ];
  const kind = kinds.map(({ id, label }) => [id, label]);
  const sure = make("input", { type: "number", min: 0, max: 100, step: 5 });
  sure.value = Math.round(100 * Number(rowValue(review, row, "confidence") || 0.7));
  const site = text("site", { autocomplete: "off", spellcheck: false, dir: "auto" });
  site.setAttribute("list", "whatif-sites");
  return [
    field(trc("field", "place"), "site", site),
    field(trc("field", "kind"), "kind", choice("kind", kind)),
    field(trc("field", "actor"), "actor", choice("actor", who)),
    field(trc("field", "defender"), "defender", choice("defender", who)),
    field(trc("field", "day"), "date", text("date", { type: "date" })),
    field(trc("field", "from"), "earliest", text("earliest", { type: "date" })),
    field(trc("field", "to"), "latest", text("latest", { type: "date" })),
    field(trc("field", "sure, %"), "confidence", sure, () => Number(sure.value) / 100),
  ];
}

function renderCounts() {
  const { accepted, refused, open, corrected } = reviewCounts(articles.review);
  part["article-counts"].textContent = tr(
    "{accepted} accepted ({corrected} corrected), {refused} refused, {open} open. Nothing counts before you import it.",
    {
      accepted,
      corrected,
      refused,
      open,
    },
  );
  part["article-import"].disabled = !accepted;
  part["article-import"].textContent = trn("Import {n} report", "Import {n} reports", accepted);
}
