// The timeline: the spells of every route, the probability of each status, and when something was reported.

import { MONTHS, spellsIn } from "./days.js";
import { bdi, drawing, make, part, redraw } from "./dom.js";
import { base, css, data, dateOf, go, inWords, iso, lastDay, shown, spellsOf, statusOf } from "./state.js";

export function buildTimeline() {
  redraw(part.timeline, JSON.stringify([data.routes.map(({ status }) => status), data.borders, data.reports]), tracks);
  part.now = document.getElementById("now");
}

function tracks() {
  const rows = data.routes.flatMap((route, number) => [
    ...beforeTrack(route, number),
    labelOf(route),
    track(route, number, spellsOf(route)),
    ...(route.chance ? [make("div", { className: "label faint" }, "probability"), chances(route)] : []),
  ]);
  return [
    ...rows,
    make("div", { className: "label" }, "Reports"),
    marks(),
    make("div"),
    axis(),
    make("div", { className: "over" }, make("div", { className: "now", id: "now" })),
  ];
}

function labelOf(route) {
  return make("div", { className: "label" }, bdi(route.label), bdi(route.label_ar, "ar"));
}

export const share = (days) => `${(100 * days) / data.borders.at(-1)}%`;

// Where changes move a status, the timeline without them stands above.
function beforeTrack(route, number) {
  const before = spellsIn(base.borders, base.routes[number].status);
  if (JSON.stringify(before) === JSON.stringify(spellsOf(route))) {
    return [];
  }
  const label = make(
    "div",
    { className: "label" },
    bdi(route.label),
    make("span", { className: "faint" }, "without the changes"),
  );
  const row = track(route, number, before);
  row.classList.add("before");
  return [label, row];
}

function track(route, number, shownSpells) {
  const spells = shownSpells.map(({ status, start, end }) => {
    const span = `${inWords(start)} to ${inWords(end - 1)}`;
    const button = make(
      "button",
      {
        type: "button",
        className: css(status),
        title: `${route.label}: ${status}, ${span}`,
        style: { insetInlineStart: share(start), width: share(end - start) },
      },
      status,
    );
    button.addEventListener("click", () => {
      shown.route = number;
      go(start);
    });
    return button;
  });
  return make("div", { className: "track" }, ...spells);
}

// Probabilities upon one another, the worst status at the bottom; where they were sampled, their intervals.
function chances(route) {
  const { days, probability, low, high } = route.chance;
  const svg = drawing("svg", {
    class: "chance",
    viewBox: `0 0 ${data.borders.at(-1)} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `Probability of each status of ${route.label} over the run`,
    "shape-rendering": "crispEdges",
  });
  days.forEach((day, at) => {
    const end = days[at + 1] ?? data.borders.at(-1);
    const box = drawing("g", {}, drawing("title", {}, `${iso(day)}: ${chanceText(route.chance, at)}`));
    let foot = 100;
    route.chance.statuses
      .map((status, column) => ({ status, column }))
      .reverse()
      .forEach(({ status, column }) => {
        const share = 100 * probability[at][column];
        foot -= share;
        box.append(
          drawing("rect", { x: day, y: foot, width: end - day, height: share, fill: statusOf[status].colour }),
        );
      });
    const worst = route.chance.statuses.length - 1;
    [worst, 0]
      .filter((column) => high[at][column] - low[at][column] > 0.002)
      .forEach((column) => {
        const [one, other] = [low[at][column], high[at][column]].map((share) =>
          column === worst ? 100 - 100 * share : 100 * share,
        );
        box.append(
          drawing("rect", {
            x: day,
            y: Math.min(one, other),
            width: end - day,
            height: Math.abs(one - other),
            fill: data.colours.ink,
            "fill-opacity": 0.35,
          }),
        );
      });
    svg.append(box);
  });
  return make("div", { className: "track" }, svg);
}

export function chanceText(chance, at) {
  const { probability, low, high, method, statuses } = chance;
  const percent = (share) => {
    if (share > 0 && share < 0.0005) {
      return "under 0.1 %";
    }
    return share < 1 && share > 0.9995 ? "over 99.9 %" : `${(100 * share).toFixed(1).replace(".0", "")} %`;
  };
  const parts = statuses.map((word, column) => {
    const [from, to] = [low[at][column], high[at][column]];
    return `${word} ${percent(probability[at][column])}${to - from > 0.0005 ? ` (${percent(from)} to ${percent(to)})` : ""}`;
  });
  return `${parts.join(", ")}; ${method[at] === "sampled" ? "sampled, 95 % intervals" : "exact"}`;
}

function marks() {
  const found = data.reports.filter(({ id, day }) => id !== "baseline" && day >= 0 && day <= lastDay);
  return make(
    "div",
    { className: "marks" },
    ...found.map((report) =>
      make("i", {
        className: report.believed ? "" : "doubted",
        title: `${report.date}: ${report.site} ${report.kind}`,
        style: { insetInlineStart: share(report.day + 0.5) },
      }),
    ),
  );
}

function axis() {
  const days = data.borders.at(-1);
  const step = [1, 2, 4, 7, 14].find((n) => days <= 9 * n);
  const at = step ? Array.from({ length: Math.ceil(days / step) }, (_, n) => n * step) : firstsOfMonths(days);
  return make(
    "div",
    { className: "axis" },
    ...at.map((day, row) => {
      const date = dateOf(day);
      const year =
        row === 0 || date.getUTCFullYear() !== dateOf(at[row - 1]).getUTCFullYear() ? `\n${date.getUTCFullYear()}` : "";
      return make(
        "span",
        { style: { insetInlineStart: share(day) } },
        `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)}${year}`,
      );
    }),
  );
}

function firstsOfMonths(days) {
  const all = Array.from({ length: days }, (_, day) => day).filter((day) => dateOf(day).getUTCDate() === 1);
  return all.filter((_, row) => row % Math.ceil(all.length / 9) === 0);
}
