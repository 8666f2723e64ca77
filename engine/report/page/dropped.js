// A dropped file: how each of its rows was understood, before anything is written.

import { takesArticle } from "./articles.js";
import { ask } from "./ask.js";
import { bdi, make, part } from "./dom.js";
import { apply, attempt, engine } from "./live.js";
import { say } from "./state.js";

async function onFile(file) {
  const found = await attempt(() => engine.drop(file));
  if (!found) {
    return;
  }
  const rows = found.rows.map(({ row, text, event, site, why }) =>
    make(
      "tr",
      { className: event ? "" : "doubted" },
      ...[row, text, event || "not taken", site, why].map((cell) => make("td", {}, bdi(String(cell)))),
    ),
  );
  const head = make(
    "tr",
    {},
    ...["row", "what it says", "report", "site", "how understood, or why not taken"].map((cell) =>
      make("th", { scope: "col" }, cell),
    ),
  );
  const content = [
    make(
      "p",
      {},
      bdi(found.name),
      `, read as “${found.source}”: ${found.events} reports from ${found.total} rows. Nothing is written yet.`,
    ),
    ...found.remarks.map((remark) => make("p", {}, bdi(remark))),
    ...(found.unknown.length ? [make("p", {}, "No actor stands for: ", bdi(found.unknown.join(", ")))] : []),
    make(
      "div",
      { className: "rows", tabIndex: 0, role: "region", "aria-label": "Rows of the file" },
      make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)),
    ),
    make("p", {}, "Import these reports into the scenario?"),
  ];
  ask(content, async () => {
    const live = await attempt(() => engine.take(found.number));
    if (live) {
      say(`Imported: ${live.written.join(", ")}.`);
      apply(live);
    }
  });
}

async function onDropped(file) {
  if (!(await takesArticle(file))) {
    await onFile(file);
  }
}

export function beginDropped() {
  const stop = (event) => event.preventDefault();
  document.addEventListener("dragover", stop);
  document.addEventListener("drop", (event) => {
    stop(event);
    const [file] = event.dataTransfer.files;
    if (file) {
      onDropped(file);
    }
  });
  part.file.addEventListener("change", () => {
    if (part.file.files.length) {
      onDropped(part.file.files[0]);
      part.file.value = "";
    }
  });
}
