// The routes and enclaves on the day shown, and what the status of the chosen one rests on.

import { bdi, bothNames, make, part, redraw } from "./dom.js";
import { called, dayText, isRightToLeft, listing, sourceText, tr, trNodes, trn } from "./language.js";
import { findReport, sure } from "./reports.js";
import { chip, choose, data, inWords, shown, spellsOf, statusText } from "./state.js";
import { chanceText } from "./timeline.js";

export function renderRoutes(interval) {
  const key = data.routes.map((route) => [route.status[interval], shown.before(route), sinceOf(route)].join());
  redraw(part.routes, [shown.route, ...key].join(";"), () => routeButtons(interval));
}

const spellOf = (route) => spellsOf(route).findLast(({ start }) => start <= shown.day);
const sinceOf = (route) => {
  const { start } = spellOf(route);
  if (start > 0) {
    return tr("since {day}", { day: inWords(start) });
  }
  return data.latest ? tr("since {day} or before", { day: inWords(0) }) : tr("since the start of the run");
};

function routeButtons(interval) {
  return data.routes.map((route, number) => {
    const names = make("span", { className: "names" }, ...bothNames(route.label, route.label_ar));
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
  return make(
    "span",
    { className: "moved" },
    chip(before),
    make("span", { ariaLabel: tr("becomes") }, isRightToLeft() ? " ← " : " → "),
    chip(now),
  );
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
  part["why-head"].replaceChildren(
    ...trNodes("Why {label} is {status} on {day}", {
      label: bdi(called(route.label, route.label_ar)),
      status: statusText(route.status[interval]),
      day: inWords(shown.day),
    }),
  );
  const why = route.why[interval];
  const told = likelyOn(route);
  part.likely.textContent = told ? tr("Probability: {shares}", { shares: told }) : "";
  redraw(part.why, JSON.stringify([why, shown.live?.revision]), () =>
    why ? reasonsOf(why) : [make("p", {}, tr("Computing the reasons."))],
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
    blocks.push(make("p", {}, tr("No road leads there.")));
  }
  for (const [what, places] of Object.entries(apart)) {
    if (places.length) {
      blocks.push(make("p", {}, ...apartNodes(what, bdi(listing(places)))));
    }
  }
  return blocks;
}

const apartNodes = (what, places) =>
  what === "lost" ? trNodes("Lost: {places}", { places }) : trNodes("Cut off from the rest: {places}", { places });

// Rows of the baseline that say the same are told once, with their number.
function saidBy(rows) {
  const events = rows.filter((row) => data.reports[row].id !== "baseline");
  const alike = new Map();
  for (const row of rows.filter((at) => data.reports[at].id === "baseline")) {
    const { kind, date } = data.reports[row];
    const text = tr("{kind} on {day}", { kind, day: dayText(date) });
    alike.set(text, (alike.get(text) ?? 0) + 1);
  }
  const items = [...alike].map(([text, count]) =>
    make("li", {}, bdi(text), count > 1 ? ` (${trn("{n} row", "{n} rows", count)})` : ""),
  );
  return [...events.map(eventItem), ...items];
}

function eventItem(row) {
  const report = data.reports[row];
  const link = make("a", { href: `#report-${row}` }, dayText(report.date));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    findReport(row);
  });
  return make(
    "li",
    {},
    ...trNodes("{day} {site} {kind}, {source}, {sure}", {
      day: link,
      site: bdi(called(report.site, report.site_ar)),
      kind: report.kind,
      source: bdi(sourceText(report.source) || tr("no source")),
      sure: sure(report),
    }),
  );
}
