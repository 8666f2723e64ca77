// The content of the map as a table, for those who do not see it: who holds which ground, in which state.

import { bdi, make, part, redraw } from "./dom.js";
import { groundOn } from "./roads.js";
import { data, shown } from "./state.js";

export function renderGround(interval) {
  if (!part["as-table"].open) {
    return;
  }
  redraw(part.ground, [shown.live?.revision, interval].join(), () => [groundTable(interval)]);
}

function groundTable(interval) {
  const rows = data.sectors.site
    .map((label, sector) => ({ label, ground: groundOn(data.sectors, sector, interval) }))
    .sort((one, other) => one.label.localeCompare(other.label))
    .map(({ label, ground }) =>
      make(
        "tr",
        {},
        ...[label, data.actors.at(ground.holder).label, ground.state, ground.reports.split(";").join(", ")].map(
          (cell) => make("td", {}, bdi(cell)),
        ),
      ),
    );
  const head = ["ground", "holder", "state", "reports"].map((cell) => make("th", { scope: "col" }, cell));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}
