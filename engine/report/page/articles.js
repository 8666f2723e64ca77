// Articles: from a file, a drop or the clipboard to drafts, and from what a person accepted to the scenario.

import { bdi, make, part } from "./dom.js";
import {
  articles,
  draftNode,
  forgetReview,
  keepReview,
  keptReview,
  renderArticle,
  showSentence,
  stateOf,
} from "./drafts.js";
import { tr, trnNodes } from "./language.js";
import { apply, engine } from "./live.js";
import { isArticleFile, refusedRows, reviewAnswer, reviewOf } from "./review.js";
import { say, shown } from "./state.js";

// ---- from a file or the clipboard to a text with drafts

// Whether a file that was dropped is a text; it is shown then, and read once its day is known.
export async function takesArticle(file) {
  if (!part.articles.open && !isArticleFile(file.name, await file.slice(0, 2000).text())) {
    return false;
  }
  openArticles();
  articles.file = file;
  part["article-name"].replaceChildren(bdi(file.name));
  if (part["article-day"].value) {
    await readArticle(file, file.name);
  } else {
    part["article-day"].focus();
  }
  return true;
}

async function readArticle(body, name) {
  const found = await answeredBy(() => engine.read(body, name, part["article-day"].value));
  if (found) {
    articles.review = reviewOf(found);
    articles.refused = new Map();
    keepReview();
    renderArticle();
    const [drafts, sentences] = [found.drafts.length, found.sentences.length];
    say(tr("Drafts: {drafts}. Sentences read: {sentences}.", { drafts, sentences }));
  }
}

function onRead(event) {
  event.preventDefault();
  const pasted = part["article-text"].value;
  if (articles.file) {
    readArticle(articles.file, articles.file.name);
  } else if (pasted.trim()) {
    readArticle(pasted, "");
  } else {
    tellProblems([tr("Choose a file, drop one here, or paste a text.")]);
  }
}

async function answeredBy(ask) {
  try {
    const found = await ask();
    tellProblems([]);
    return found;
  } catch (error) {
    const problems = error.problems ?? [tr("The engine does not answer: is “supplyline open” still running?")];
    articles.refused = refusedRows(problems);
    tellProblems(problems);
    return null;
  }
}

function tellProblems(problems) {
  const list = part["article-problems"];
  list.replaceChildren(...problems.map((problem) => make("p", {}, bdi(problem))));
  list.hidden = !problems.length;
}

// ---- from the drafts to the scenario, and back

async function onImport() {
  const { reading } = articles.review;
  const rows = reviewAnswer(articles.review);
  const live = await answeredBy(() => engine.accept(reading.number, rows, part["article-again"].checked));
  if (live) {
    forgetReview();
    part.articles.close();
    apply(live);
    return;
  }
  for (const [at, row] of articles.review.rows.entries()) {
    stateOf(row, draftNode(row), at);
  }
  const first = [...articles.refused.keys()][0];
  if (first !== undefined) {
    showSentence(articles.review.rows[first]);
    draftNode(articles.review.rows[first]).scrollIntoView({ block: "nearest" });
  }
}

async function onTakeBack() {
  const live = await answeredBy(() => engine.takeBack());
  if (live) {
    apply(live);
  } else {
    openArticles();
  }
}

function renderImported() {
  const { imported } = shown.live;
  part["article-done"].hidden = !imported;
  if (imported) {
    const { reports, name } = imported;
    part["article-told"].replaceChildren(
      ...trnNodes("Imported {n} report from {name}.", "Imported {n} reports from {name}.", reports, {
        name: bdi(name),
      }),
    );
  }
}

function openArticles() {
  if (!part.articles.open) {
    part.articles.showModal();
  }
}

export function beginArticles() {
  part["article-open"].addEventListener("click", openArticles);
  part["article-close"].addEventListener("click", () => part.articles.close());
  part["article-form"].addEventListener("submit", onRead);
  part["article-import"].addEventListener("click", onImport);
  part["article-back"].addEventListener("click", onTakeBack);
  part["article-text"].addEventListener("input", () => {
    articles.file = null;
    part["article-name"].replaceChildren();
  });
  part["article-file"].addEventListener("change", () => {
    const [file] = part["article-file"].files;
    if (file) {
      part["article-text"].value = "";
      takesArticle(file);
      part["article-file"].value = "";
    }
  });
  part["article-day"].max = "9999-12-31";
  shown.heard.push(renderImported);
  const review = keptReview();
  if (review) {
    articles.review = review;
    part["article-day"].value = review.reading.published;
    renderArticle();
    openArticles();
  }
}
