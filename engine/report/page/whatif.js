// What if: a report to add, and the buttons that doubt, move or leave out one that is there.

import { ask } from "./ask.js";
import { dayNumber } from "./days.js";
import { bdi, bothNames, make, part, spaced } from "./dom.js";
import { called, dayText, inOrder, tr } from "./language.js";
import { act } from "./live.js";
import { actorName, base, data, iso, lastDay, shown } from "./state.js";

// The report that the form describes; what is left empty is left out.
export function eventFrom({ kind: chosen, sure, ...texts }) {
  const [kind, actor] = chosen.split(":");
  const given = Object.entries({ ...texts, actor }).filter(([, value]) => value);
  const confidence = sure === "" ? {} : { confidence: Number(sure) / 100 };
  return { source: "what if", kind, ...confidence, ...Object.fromEntries(given) };
}

const DETAILS = ["source", "earliest", "latest", "until", "defender", "note"];
const kindOption = (value, text) => make("option", { value }, text);
let dayTouched = false; // whether the reader wrote a day; until then it is the day shown

function followDay() {
  if (!dayTouched) {
    part["whatif-day"].value = iso(shown.day);
  }
}

export function choosePlace(id) {
  part["whatif-site"].value = id;
  tellPlace();
}

function tellPlace() {
  const site = data.sites.find(({ id }) => id === part["whatif-site"].value.trim());
  part["whatif-name"].replaceChildren(...(site ? spaced(bothNames(site.en, site.ar)) : []));
}

async function onAdd(event) {
  event.preventDefault();
  const date = part["whatif-day"].value;
  const form = {
    site: siteId(part["whatif-site"].value),
    kind: part["whatif-kind"].value,
    date,
    sure: part["whatif-sure"].value,
    ...Object.fromEntries(DETAILS.map((key) => [key, part[`whatif-${key}`].value.trim()])),
  };
  const change = { change: "add", event: eventFrom(form) };
  if (await act({ do: "add", change }, tr("Added."), dayNumber(data.start, date))) {
    dayTouched = false;
  }
}

// A place may be typed by its id or by either of its names.
function siteId(text) {
  const wanted = text.trim().toLowerCase();
  const found = data.sites.filter(({ id, en, ar }) => [id, en, ar].some((name) => name.toLowerCase() === wanted));
  return found.length === 1 ? found[0].id : text.trim();
}

export function reportButtons(report) {
  if (!data.served || !base.reports.some(({ id }) => id === report.id)) {
    return [];
  }
  const button = (text, label, change) => {
    const node = make(
      "button",
      { type: "button", "aria-label": tr("{action}: {report}", { action: label, report: shortly(report) }) },
      text,
    );
    node.addEventListener("click", () => change(node));
    return node;
  };
  return [
    make(
      "span",
      { className: "doubts" },
      button(tr("leave out"), tr("Leave out this report"), () =>
        act({ do: "add", change: { change: "withdraw", id: report.id } }, tr("Left out.")),
      ),
      button(tr("doubt"), tr("Doubt this report: how sure it is"), () => askFor(report, "doubt")),
      button(tr("move"), tr("Move this report to another day"), () => askFor(report, "move")),
    ),
  ];
}

const valuesOf = ({ site, site_ar: arabic, kind, date }) => ({ site: called(site, arabic), kind, day: dayText(date) });
const shortly = (report) => tr("{site} {kind}, {day}", valuesOf(report));

function askFor(report, change) {
  const number = change === "doubt";
  const input = make(
    "input",
    number
      ? { type: "number", min: 0, max: 100, step: 5, value: Math.round(report.confidence * 100) }
      : { type: "date", value: report.date },
  );
  const content = [
    make("p", {}, number ? tr("How sure is this report, in per cent?") : tr("On which day did it happen?")),
    make("p", {}, bdi(tr("{site}: {kind}, {day}", valuesOf(report)))),
    make("label", {}, number ? tr("Confidence in %") : tr("Day"), " ", input),
  ];
  ask(content, () => {
    const value = number ? { confidence: Number(input.value) / 100 } : { date: input.value };
    return act({ do: "add", change: { change, id: report.id, ...value } }, number ? tr("Doubted.") : tr("Moved."));
  });
  input.focus();
}

export function beginWhatif() {
  part.whatif.hidden = false;
  if (!data.served) {
    part.whatif.classList.add("written");
    part.offline.textContent = data.whatif.about;
  }
  const asked = data.sites.filter(({ id }) => data.served || Object.hasOwn(data.whatif.sites, id));
  part["whatif-sites"].replaceChildren(
    ...asked.map(({ id, en, ar }) => make("option", { value: id }, inOrder(en, ar).filter(Boolean).join(" · "))),
  );
  const actors = data.actors.filter(({ id }) => id);
  part["whatif-kind"].replaceChildren(
    ...actors.map((one) => kindOption(`captured:${one.id}`, tr("given to {actor}", { actor: actorName(one) }))),
    ...data.kinds.filter(({ moves, actor }) => moves && !actor).map(({ id, label }) => kindOption(id, label)),
    make(
      "optgroup",
      { label: tr("reported as") },
      ...data.kinds
        .filter(({ id, moves, actor }) => id !== "captured" && (!moves || actor))
        .flatMap(({ id, label, actor }) =>
          actor
            ? actors.map((one) =>
                kindOption(`${id}:${one.id}`, tr("{kind} by {actor}", { kind: label, actor: actorName(one) })),
              )
            : [kindOption(id, label)],
        ),
    ),
  );
  part["whatif-defender"].replaceChildren(
    make("option", { value: "" }, tr("not said")),
    ...actors.map((one) => make("option", { value: one.id }, actorName(one))),
  );
  part["whatif-day"].min = iso(0);
  part["whatif-day"].max = iso(lastDay);
  part["whatif-day"].addEventListener("input", () => {
    dayTouched = true;
  });
  shown.listeners.push(followDay);
  followDay();
  part["whatif-form"].addEventListener("submit", onAdd);
  part["whatif-site"].addEventListener("input", tellPlace);
}
