// The content of the map as a table, for those who do not see it: who holds which ground, in which state.

import { bdi, make, part, redraw } from "./dom.js";
import { marked, reportNames, tr } from "./language.js";
import { groundOn } from "./roads.js";
import { actorName, data, shown } from "./state.js";

const GROUND_HEADS = [marked("ground"), marked("holder"), marked("state"), marked("reports")];

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
        ...[label, actorName(data.actors.at(ground.holder)), ground.state, reportNames(ground.reports)].map((cell) =>
          make("td", {}, bdi(cell)),
        ),
      ),
    );
  const head = GROUND_HEADS.map((cell) => make("th", { scope: "col" }, tr(cell)));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}
