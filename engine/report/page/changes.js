// The list of changes, each with a switch; undo and redo; sets with a name; writing into the scenario.

import { ask } from "./ask.js";
import { bdi, make, part, redraw } from "./dom.js";
import { listing, tr, trNodes } from "./language.js";
import { act, apply, attempt, complain, engine } from "./live.js";
import { data, say, shown } from "./state.js";

function renderChanges() {
  const { changes, undo, redo, sets, problems, kept } = shown.live;
  part.undo.disabled = !undo;
  part.redo.disabled = !redo;
  redraw(part.changes, JSON.stringify(changes), () => changes.map(changeItem));
  part["no-changes"].hidden = changes.length > 0;
  part.write.disabled = !changes.some(({ counts }) => counts);
  redraw(part["set-list"], JSON.stringify(sets), () => [
    make("option", { value: "" }, sets.length ? tr("a saved set") : tr("none saved yet")),
    ...sets.map((name) => make("option", { value: name }, name)),
  ]);
  part["set-list"].value = "";
  part["not-kept"].hidden = kept;
  complain(problems);
}

function changeItem({ counts, text }, at) {
  const box = make("input", { type: "checkbox", checked: counts });
  box.addEventListener("change", () => act({ do: "switch", at }, counts ? tr("Switched off.") : tr("Switched on.")));
  const remove = make(
    "button",
    { type: "button", "aria-label": tr("Remove: {change}", { change: text }) },
    tr("remove"),
  );
  remove.addEventListener("click", () => act({ do: "remove", at }, tr("Removed.")));
  return make("li", {}, make("label", {}, box, " ", bdi(text)), " ", remove);
}

async function onSave(event) {
  event.preventDefault();
  const name = part["set-name"].value.trim();
  const live = await attempt(() => engine.save(name));
  if (live) {
    apply(live);
    const command = `supplyline run ${data.file} --with "${name}"`;
    const [file] = live.written;
    const values = { file: bdi(file), command: make("code", { dir: "ltr" }, command) };
    part.saved.replaceChildren(...trNodes("Saved as {file}. Replay it with {command}", values));
    say(tr("Saved as {file}.", { file }));
  }
}

function onWrite() {
  const content = [
    make(
      "p",
      {},
      tr("Write these changes into the tables of the scenario? Reports left out stay there with a confidence of 0."),
    ),
    make("ul", {}, ...shown.live.changes.filter(({ counts }) => counts).map(({ text }) => make("li", {}, bdi(text)))),
  ];
  ask(content, async () => {
    const live = await attempt(() => engine.write());
    if (live) {
      say(tr("Written: {files}.", { files: listing(live.written) }));
      apply(live);
    }
  });
}

export function beginChanges() {
  part.undo.addEventListener("click", () => act({ do: "undo" }, tr("Undone.")));
  part.redo.addEventListener("click", () => act({ do: "redo" }, tr("Done again.")));
  part["set-form"].addEventListener("submit", onSave);
  part["set-list"].addEventListener("change", () => {
    if (part["set-list"].value) {
      act({ do: "open", name: part["set-list"].value }, tr("Opened."));
    }
  });
  part.write.addEventListener("click", onWrite);
  shown.heard.push(renderChanges);
}
