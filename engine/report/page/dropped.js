// A dropped file: how each of its rows was understood, before anything is written.

import { takesArticle } from "./articles.js";
import { ask } from "./ask.js";
import { bdi, make, part } from "./dom.js";
import { called, listing, marked, tr, trNodes } from "./language.js";
import { apply, attempt, engine } from "./live.js";
import { data, say } from "./state.js";

async function onFile(file) {
  const found = await attempt(() => engine.drop(file));
  if (found) {
    showUnderstood(found, {});
  }
}

// `parties` says who was said to be who so far.
function showUnderstood(found, parties) {
  const source = make("select", {}, ...found.sources.map((name) => make("option", { value: name }, name)));
  source.value = found.source;
  const asked = [...Object.keys(parties), ...found.unknown.filter((name) => !(name in parties))];
  const who = asked.map((name) => ({ name, choice: partyChoice(parties[name]) }));
  const again = make("button", { type: "button" }, tr("Read again"));
  again.addEventListener("click", async () => {
    const known = who.filter(({ choice }) => choice.value !== "?").map(({ name, choice }) => [name, choice.value]);
    const answered = await attempt(() => engine.understand(found.number, source.value, Object.fromEntries(known)));
    if (answered) {
      showUnderstood(answered, Object.fromEntries(known));
      say(tr("{reports} reports from {rows} rows.", { reports: answered.events, rows: answered.total }));
    }
  });
  const content = [
    make(
      "p",
      {},
      ...trNodes("{file}, read as “{source}”: {reports} reports from {rows} rows. Nothing is written yet.", {
        file: bdi(found.name),
        source: found.source,
        reports: found.events,
        rows: found.total,
      }),
    ),
    ...found.remarks.map((remark) => make("p", {}, bdi(remark))),
    make("p", { className: "row" }, make("label", {}, tr("Read as"), " ", source), again),
    ...(who.length ? [whoIsWho(who)] : []),
    rowsOfFile(found.rows),
    make("p", {}, tr("Import these reports into the scenario?")),
  ];
  ask(content, async () => {
    const live = await attempt(() => engine.take(found.number));
    if (live) {
      say(tr("Imported: {files}.", { files: listing(live.written) }));
      apply(live);
    }
  });
}

// Parties that the file names and that no actor stands for yet, each with a choice.
function whoIsWho(who) {
  return make(
    "fieldset",
    {},
    make("legend", {}, tr("Who is who: rows of a party without an actor are not taken")),
    ...who.map(({ name, choice }) => make("label", {}, bdi(name), " ", choice)),
  );
}

function partyChoice(chosen = "?") {
  const options = [
    ["?", tr("not known")],
    ...data.actors.filter(({ id }) => id).map(({ id, label, label_ar: arabic }) => [id, called(label, arabic)]),
    ["", tr("none of them: leave out")],
  ];
  const choice = make("select", {}, ...options.map(([value, text]) => make("option", { value }, text)));
  choice.value = chosen;
  return choice;
}

const FILE_HEADS = [
  marked("row"),
  marked("what it says"),
  marked("report"),
  marked("site"),
  marked("how understood, or why not taken"),
];

function rowsOfFile(found) {
  const rows = found.map(({ row, text, event, site, why }) =>
    make(
      "tr",
      { className: event ? "" : "doubted" },
      ...[row, text, event || tr("not taken"), site, why].map((cell) => make("td", {}, bdi(String(cell)))),
    ),
  );
  return make(
    "div",
    { className: "rows", tabIndex: 0, role: "region", ariaLabel: tr("Rows of the file") },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...FILE_HEADS.map((head) => make("th", { scope: "col" }, tr(head))))),
      make("tbody", {}, ...rows),
    ),
  );
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
