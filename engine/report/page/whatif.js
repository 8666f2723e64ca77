// What if: a report to add, and the buttons that doubt, move or leave out one that is there.

import { ask } from "./ask.js";
import { dayNumber } from "./days.js";
import { bdi, make, part } from "./dom.js";
import { act, engine } from "./live.js";
import { base, data, iso, lastDay, shown } from "./state.js";

function eventFrom(form) {
  const [kind, actor] = form.kind.split(":");
  return { date: form.day, site: form.site, kind, ...(actor ? { actor } : {}), source: "what if" };
}

export function choosePlace(id) {
  part["whatif-site"].value = id;
  tellPlace();
}

function tellPlace() {
  const site = data.sites.find(({ id }) => id === part["whatif-site"].value.trim());
  part["whatif-name"].replaceChildren(...(site ? [bdi(site.en), " ", bdi(site.ar, "ar")] : []));
}

async function onAdd(event) {
  event.preventDefault();
  const form = {
    site: siteId(part["whatif-site"].value),
    kind: part["whatif-kind"].value,
    day: part["whatif-day"].value,
  };
  const change = { change: "add", event: eventFrom(form) };
  await act({ do: "add", change }, "Added.", dayNumber(data.start, form.day));
}

// A place may be typed by its id or by either of its names.
function siteId(text) {
  const wanted = text.trim().toLowerCase();
  const found = data.sites.filter(({ id, en, ar }) => [id, en, ar].some((name) => name.toLowerCase() === wanted));
  return found.length === 1 ? found[0].id : text.trim();
}

export function reportButtons(report) {
  if (!engine || !base.reports.some(({ id }) => id === report.id)) {
    return [];
  }
  const button = (text, label, change) => {
    const node = make(
      "button",
      { type: "button", "aria-label": `${label}: ${report.site} ${report.kind}, ${report.date}` },
      text,
    );
    node.addEventListener("click", () => change(node));
    return node;
  };
  return [
    make(
      "span",
      { className: "doubts" },
      button("leave out", "Leave out this report", () =>
        act({ do: "add", change: { change: "withdraw", id: report.id } }, "Left out."),
      ),
      button("doubt", "Set how sure this report is", () => askFor(report, "doubt")),
      button("move", "Move this report to another day", () => askFor(report, "move")),
    ),
  ];
}

function askFor(report, change) {
  const number = change === "doubt";
  const input = make(
    "input",
    number
      ? { type: "number", min: 0, max: 100, step: 5, value: Math.round(report.confidence * 100) }
      : { type: "date", value: report.date },
  );
  const content = [
    make("p", {}, number ? "How sure is this report, in per cent? " : "On which day did it happen? "),
    make("p", {}, bdi(`${report.site}: ${report.kind}, ${report.date}`)),
    make("label", {}, number ? "Confidence in % " : "Day ", input),
  ];
  ask(content, () => {
    const value = number ? { confidence: Number(input.value) / 100 } : { date: input.value };
    return act({ do: "add", change: { change, id: report.id, ...value } }, number ? "Doubted." : "Moved.");
  });
  input.focus();
}

export function beginWhatif() {
  part.whatif.hidden = false;
  part["whatif-sites"].replaceChildren(
    ...data.sites.map(({ id, en, ar }) => make("option", { value: id }, [en, ar].filter(Boolean).join(" · "))),
  );
  part["whatif-kind"].replaceChildren(
    ...data.actors
      .filter(({ id }) => id)
      .map(({ id, label }) => make("option", { value: `captured:${id}` }, `given to ${label}`)),
    ...[
      ["under_fire", "put under fire"],
      ["closed", "closed"],
      ["reopened", "reopened"],
    ].map(([value, text]) => make("option", { value }, text)),
  );
  part["whatif-day"].min = iso(0);
  part["whatif-day"].max = iso(lastDay);
  part["whatif-day"].value = iso(shown.day);
  part["whatif-form"].addEventListener("submit", onAdd);
  part["whatif-site"].addEventListener("input", tellPlace);
}
