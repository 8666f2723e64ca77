// The timeline: the spells of every route, the probability of each status, and when something was reported.

import { spellsIn } from "./days.js";
import { bdi, bothNames, drawing, make, part, redraw } from "./dom.js";
import { called, dayText, listing, numeral, shortMonth, tr } from "./language.js";
import { base, css, data, dateOf, go, inWords, iso, lastDay, shown, spellsOf, statusOf, statusText } from "./state.js";

const [LEAST_DAYS, MOST_DAYS] = [3, 9];
const LETTER_PIXELS = 9;

export function buildTimeline() {
  redraw(part.timeline, JSON.stringify([data.routes.map(({ status }) => status), data.borders, data.reports]), tracks);
  part.now = document.getElementById("now");
}

function tracks() {
  const rows = data.routes.flatMap((route, number) => [
    ...beforeTrack(route, number),
    labelOf(route),
    track(route, number, spellsOf(route)),
    ...(route.chance ? [make("div", { className: "label faint" }, tr("probability")), chances(route)] : []),
  ]);
  return [
    ...rows,
    make("div", { className: "label" }, tr("Reports")),
    marks(),
    make("div"),
    axis(),
    make("div", { className: "over" }, make("div", { className: "now", id: "now" })),
  ];
}

function labelOf(route) {
  return make("div", { className: "label" }, ...bothNames(route.label, route.label_ar));
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
    bdi(called(route.label, route.label_ar)),
    make("span", { className: "faint" }, tr("without the changes")),
  );
  const row = track(route, number, before);
  row.classList.add("before");
  return [label, row];
}

function track(route, number, shownSpells) {
  const spells = shownSpells.map(({ status, start, end }) => {
    const told = {
      label: called(route.label, route.label_ar),
      status: statusText(status),
      first: inWords(start),
      last: inWords(end - 1),
    };
    const button = make(
      "button",
      {
        type: "button",
        className: css(status),
        title: tr("{label}: {status}, {first} to {last}", told),
        style: { insetInlineStart: share(start), width: share(end - start) },
      },
      told.status,
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
    "aria-label": tr("Probability of each status of {label} over the run", {
      label: called(route.label, route.label_ar),
    }),
    "shape-rendering": "crispEdges",
  });
  days.forEach((day, at) => {
    const end = days[at + 1] ?? data.borders.at(-1);
    const box = drawing("g", {}, drawing("title", {}, `${dayText(iso(day))}: ${chanceText(route.chance, at)}`));
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
      return tr("under 0.1 %");
    }
    if (share < 1 && share > 0.9995) {
      return tr("over 99.9 %");
    }
    return tr("{share} %", { share: Number((100 * share).toFixed(1)) });
  };
  const parts = statuses.map((word, column) => {
    const [from, to] = [low[at][column], high[at][column]];
    const told = { status: statusText(word), share: percent(probability[at][column]) };
    return to - from > 0.0005
      ? tr("{status} {share} ({low} to {high})", { ...told, low: percent(from), high: percent(to) })
      : tr("{status} {share}", told);
  });
  const shares = listing(parts);
  return method[at] === "sampled"
    ? tr("{shares}; sampled, 95 % intervals", { shares })
    : tr("{shares}; exact", { shares });
}

function marks() {
  const found = data.reports.filter(({ id, day }) => id !== "baseline" && day >= 0 && day <= lastDay);
  return make(
    "div",
    { className: "marks" },
    ...found.map((report) =>
      make("i", {
        className: report.believed ? "" : "doubted",
        title: tr("{day}: {site} {kind}", {
          day: dayText(report.date),
          site: called(report.site, report.site_ar),
          kind: report.kind,
        }),
        style: { insetInlineStart: share(report.day + 0.5) },
      }),
    ),
  );
}

function axis() {
  const days = data.borders.at(-1);
  const most = mostDays();
  const step = [1, 2, 4, 7, 14].find((n) => days <= most * n);
  const at = step ? Array.from({ length: Math.ceil(days / step) }, (_, n) => n * step) : firstsOfMonths(days, most);
  return make(
    "div",
    { className: "axis" },
    ...at.map((day, row) => {
      const date = dateOf(day);
      const year =
        row === 0 || date.getUTCFullYear() !== dateOf(at[row - 1]).getUTCFullYear()
          ? `\n${numeral(date.getUTCFullYear())}`
          : "";
      return make(
        "span",
        { style: { insetInlineStart: share(day) } },
        `${numeral(date.getUTCDate())} ${shortMonth(date.getUTCMonth())}${year}`,
      );
    }),
  );
}

// So many days are written along the axis: where months have long names, as many as there is room for.
function mostDays() {
  const longest = Math.max(...Array.from({ length: 12 }, (_, month) => shortMonth(month).length));
  const room = Math.floor(part.timeline.clientWidth / (longest + 3) / LETTER_PIXELS);
  return longest > 3 ? Math.max(Math.min(room, MOST_DAYS), LEAST_DAYS) : MOST_DAYS;
}

function firstsOfMonths(days, most) {
  const all = Array.from({ length: days }, (_, day) => day).filter((day) => dateOf(day).getUTCDate() === 1);
  return all.filter((_, row) => row % Math.ceil(all.length / most) === 0);
}
