// The content of the map as a table, for those who do not see it: who holds which ground, in which state.

import { bdi, make, part } from "./dom.js";
import { data } from "./state.js";

export function renderGround(interval) {
  if (!part["as-table"].open) {
    return;
  }
  const { site, holder, told, texts } = data.sectors;
  const rows = site
    .map((label, at) => ({
      label,
      holder: data.actors.at(holder[at][interval]).label,
      told: texts[told[at][interval]],
    }))
    .sort((one, other) => one.label.localeCompare(other.label))
    .map(({ label, holder: who, told: text }) =>
      make(
        "tr",
        {},
        ...[label, who, text.state, text.reports.split(";").join(", ")].map((cell) => make("td", {}, bdi(cell))),
      ),
    );
  const head = ["ground", "holder", "state", "reports"].map((cell) => make("th", { scope: "col" }, cell));
  part.ground.replaceChildren(
    make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)),
  );
}
