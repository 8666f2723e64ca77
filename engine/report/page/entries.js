// The places and roads of a sketch as lists, which do all that the map does.

import { make, part } from "./dom.js";
import {
  changePlace,
  changeRoad,
  courseOf,
  courseProblem,
  kilometres,
  movePlace,
  nameOf,
  throughOf,
  throughText,
  withoutPlace,
  withoutRoad,
} from "./drawn.js";
import { coordinates } from "./fit.js";
import { marked, tr, trc } from "./language.js";
import { attempted, map, now, page, step } from "./sketchstate.js";

const KINDS = {
  city: marked("city"),
  town: marked("town"),
  village: marked("village"),
  hamlet: marked("hamlet"),
  suburb: marked("suburb"),
  landmark: marked("landmark"),
  junction: marked("junction"),
  border_control: marked("border control"),
};
const NUMBER = { type: "number", min: 0, step: "any" };

// What a field shows of its row, and what becomes of what is typed.
const text = (name) => ({ of: (row) => row[name], to: (value) => ({ [name]: value }) });
const number = (name) => ({ of: (row) => row[name], to: (value) => ({ [name]: value === "" ? null : Number(value) }) });

const PLACE_FIELDS = [
  { label: () => trc("field", "name"), ...text("name") },
  { label: () => trc("field", "in Arabic"), ...text("name_ar"), more: { lang: "ar" } },
  {
    label: () => trc("field", "kind"),
    ...text("kind"),
    options: () => Object.keys(KINDS),
    words: (kind) => tr(KINDS[kind] ?? kind.replaceAll("_", " ")),
  },
  { label: () => trc("field", "at"), of: ({ lat, lon }) => `${lat}, ${lon}`, to: placedAt, more: { dir: "ltr" } },
];
const ROAD_FIELDS = [
  { label: () => trc("field", "name"), ...text("name") },
  { label: () => trc("field", "in Arabic"), ...text("name_ar"), more: { lang: "ar" } },
  { label: () => trc("field", "number"), ...text("ref") },
  {
    label: () => trc("field", "class"),
    ...text("highway"),
    options: () => page.known.classes,
    words: (name) => page.known.words[name] ?? name,
  },
  {
    label: () => trc("field", "through"),
    of: (road) => throughText(now(), road),
    to: ledThrough,
    more: { className: "through" },
  },
  { label: () => trc("field", "km"), ...number("length_km"), more: NUMBER, hint: drawnLength },
  { label: () => trc("field", "minutes"), ...number("minutes"), more: NUMBER },
];
const LISTS = {
  places: { fields: PLACE_FIELDS, change: changePlace, without: withoutPlace, nodes: new Map() },
  roads: { fields: ROAD_FIELDS, change: changeRoad, without: withoutRoad, nodes: new Map() },
};

function placedAt(typed) {
  const at = coordinates(typed);
  if (!at) {
    throw new Error(tr("“{text}” is not latitude, longitude.", { text: typed }));
  }
  const [place] = movePlace({ places: [{ key: 0 }] }, 0, at).places;
  return { lat: place.lat, lon: place.lon };
}

function ledThrough(typed) {
  const through = throughOf(now(), typed);
  if (courseProblem(through)) {
    throw new Error(courseProblem(through));
  }
  return { through };
}

function drawnLength(road) {
  return kilometres(courseOf(now(), road)).toFixed(1);
}

function fieldOf(list, key, { label, to, options, more = {} }) {
  const input = options ? make("select") : make("input", { autocomplete: "off", dir: "auto", ...more });
  input.addEventListener("change", () => {
    const change = attempted(() => to(input.value.trim()));
    if (change) {
      step(list.change(now(), key, change), tr("Changed."));
    }
  });
  return [make("label", {}, `${label()} `, input), input];
}

function entryOf(list, key) {
  const made = list.fields.map((field) => fieldOf(list, key, field));
  const remove = make("button", { type: "button" }, tr("remove"));
  remove.addEventListener("click", () => step(list.without(now(), key), tr("Removed.")));
  const node = make("li", {}, ...made.map(([label]) => label), remove);
  node.dataset.key = key;
  node.addEventListener("focusin", () => {
    page.chosen = key;
    map.show({ chosen: key });
    tellChosen();
  });
  return { node, inputs: made.map(([, input]) => input), remove };
}

function fill(list, { inputs, remove }, row) {
  list.fields.forEach(({ of, options, hint, words }, at) => {
    const input = inputs[at];
    const value = of(row) ?? "";
    if (options) {
      const all = options().includes(value) || !value ? options() : [value, ...options()];
      if (input.options.length !== all.length) {
        input.replaceChildren(...all.map((one) => make("option", { value: one }, words(one))));
      }
    }
    input.value = value;
    input.placeholder = hint?.(row) ?? "";
  });
  remove.setAttribute(
    "aria-label",
    row.through && !row.name ? tr("Remove the road") : tr("Remove {name}", { name: row.name || nameOf(row) }),
  );
}

function tellChosen() {
  for (const { nodes } of Object.values(LISTS)) {
    for (const [key, { node }] of nodes) {
      node.classList.toggle("chosen", key === page.chosen);
    }
  }
}

// Entries that stay keep their elements, so that nobody loses the field in which they write.
export function renderEntries() {
  for (const [name, list] of Object.entries(LISTS)) {
    const rows = now()[name];
    const host = part[name];
    rows.forEach((row, at) => {
      if (!list.nodes.has(row.key)) {
        list.nodes.set(row.key, entryOf(list, row.key));
      }
      const entry = list.nodes.get(row.key);
      fill(list, entry, row);
      if (host.children[at] !== entry.node) {
        host.insertBefore(entry.node, host.children[at] ?? null);
      }
    });
    while (host.children.length > rows.length) {
      list.nodes.delete(Number(host.lastElementChild.dataset.key));
      host.lastElementChild.remove();
    }
  }
  tellChosen();
}
