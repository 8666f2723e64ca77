// The routes and enclaves on the day shown, and what the status of the chosen one rests on.

import { bdi, make, part, redraw } from "./dom.js";
import { findReport, sure } from "./reports.js";
import { chip, choose, data, inWords, shown, spellsOf } from "./state.js";
import { chanceText } from "./timeline.js";

export function renderRoutes(interval) {
  const key = data.routes.map((route) => [route.status[interval], shown.before(route), sinceOf(route)].join());
  redraw(part.routes, [shown.route, ...key].join(";"), () => routeButtons(interval));
}

const spellOf = (route) => spellsOf(route).findLast(({ start }) => start <= shown.day);
const sinceOf = (route) => {
  const { start } = spellOf(route);
  return start === 0 ? "since the start of the run" : `since ${inWords(start)}`;
};

function routeButtons(interval) {
  return data.routes.map((route, number) => {
    const names = make("span", { className: "names" }, bdi(route.label), bdi(route.label_ar, "ar"));
    const button = make(
      "button",
      { type: "button", "aria-pressed": String(number === shown.route) },
      names,
      statusChips(route, interval),
      make("span", { className: "since" }, sinceOf(route)),
    );
    button.addEventListener("click", () => choose(number));
    return button;
  });
}

// With changes, the status before stands beside the one that they lead to.
function statusChips(route, interval) {
  const [before, now] = [shown.before(route), route.status[interval]];
  if (before === now) {
    return chip(now);
  }
  return make("span", { className: "moved" }, chip(before), make("span", { ariaLabel: "becomes" }, " → "), chip(now));
}

// How likely each status is on the day shown, where that is known.
function likelyOn(route) {
  if (route.chance) {
    return chanceText(
      route.chance,
      route.chance.days.findLastIndex((day) => day <= shown.day),
    );
  }
  return route.chanceOn?.day === shown.day ? chanceText(route.chanceOn, 0) : "";
}

export function renderWhy(interval) {
  const route = data.routes[shown.route];
  part["why-head"].replaceChildren("Why ", bdi(route.label), ` is ${route.status[interval]} on ${inWords(shown.day)}`);
  const why = route.why[interval];
  const told = likelyOn(route);
  part.likely.textContent = told ? `Probability: ${told}` : "";
  redraw(part.why, JSON.stringify([why, shown.live?.revision]), () =>
    why ? reasonsOf(why) : [make("p", {}, "Computing the reasons.")],
  );
}

function reasonsOf({ causes, apart = {}, unknown }) {
  if (unknown) {
    return [make("p", {}, unknown)];
  }
  const blocks = causes.map((cause) =>
    make("div", {}, make("p", {}, bdi(cause.text)), make("ul", {}, ...saidBy(cause.reports))),
  );
  if (!causes.length) {
    blocks.push(make("p", {}, "No road leads there."));
  }
  for (const [what, places] of Object.entries(apart)) {
    if (places.length) {
      blocks.push(make("p", {}, `${what === "lost" ? "Lost" : "Cut off from the rest"}: `, bdi(places.join(", "))));
    }
  }
  return blocks;
}

// Rows of the baseline that say the same are told once, with their number.
function saidBy(rows) {
  const events = rows.filter((row) => data.reports[row].id !== "baseline");
  const alike = new Map();
  for (const row of rows.filter((at) => data.reports[at].id === "baseline")) {
    const text = `${data.reports[row].kind} on ${data.reports[row].date}`;
    alike.set(text, (alike.get(text) ?? 0) + 1);
  }
  const items = [...alike].map(([text, count]) => make("li", {}, bdi(text), count > 1 ? ` (${count} rows)` : ""));
  return [...events.map(eventItem), ...items];
}

function eventItem(row) {
  const report = data.reports[row];
  const link = make("a", { href: `#report-${row}` }, report.date);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    findReport(row);
  });
  return make(
    "li",
    {},
    link,
    " ",
    bdi(report.site),
    ` ${report.kind}, `,
    bdi(report.source || "no source"),
    `, ${sure(report)}`,
  );
}
