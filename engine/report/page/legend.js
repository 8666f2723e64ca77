// What the colours, lines and marks of the map mean.

import { bothNames, drawing, make, part } from "./dom.js";
import { marked, tr } from "./language.js";
import { chip, data } from "./state.js";

const MARKS = [
  ["M 8 2 L 14 8 L 8 14 L 2 8 Z", marked("its capture would cut the chosen route")],
  ["M 3 3 H 13 V 13 H 3 Z", marked("its capture would relieve it")],
  ["M 3 3 L 13 13 M 13 3 L 3 13", marked("here it is cut")],
  ["M 0 4 H 16 M 0 12 H 16", marked("here it is cut or at risk")],
  ["M 0 8 H 10 M 9 4 L 15 8 L 9 12 Z", marked("overlooks")],
];

const sign = (d) =>
  drawing(
    "svg",
    { viewBox: "0 0 16 16" },
    drawing("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
  );

// The statuses that this run has, from best to worst.
function statusesShown() {
  const words = new Set(data.routes.flatMap((route) => route.status));
  return data.statuses.map(({ word }) => word).filter((word) => words.has(word));
}

export function buildLegend() {
  const stroke = (colour, dash) =>
    drawing(
      "svg",
      {},
      drawing("line", {
        x1: 0,
        x2: "100%",
        y1: "50%",
        y2: "50%",
        stroke: colour,
        "stroke-width": 4,
        "stroke-dasharray": dash.join(" "),
      }),
    );
  part.legend.replaceChildren(
    ...data.actors.map(({ label, label_ar: arabic, colour }) =>
      make("span", {}, stroke(colour, []), ...bothNames(label, arabic)),
    ),
    make("hr"),
    ...data.conditions.map(({ label, dashes }) =>
      make(
        "span",
        {},
        stroke(
          data.colours.ink,
          dashes.map((widths) => 4 * widths),
        ),
        label,
      ),
    ),
    make("hr"),
    make("span", {}, tr("Wide bands: the paths of routes and enclaves")),
    ...statusesShown().map((word) => make("span", {}, chip(word))),
    make("hr"),
    ...MARKS.map(([points, text]) => make("span", {}, sign(points), tr(text))),
  );
}
