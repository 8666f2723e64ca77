// The page: keys, map and legend, put together and shown.

import { beginArticles } from "./articles.js";
import { beginChanges } from "./changes.js";
import { bdi, drawing, make, part } from "./dom.js";
import { beginDropped } from "./dropped.js";
import { renderGround } from "./ground.js";
import { beginLive, engine, fillDay, soonChances } from "./live.js";
import { RoadMap } from "./map.js";
import { citation, renderMeeting } from "./meeting.js";
import { renderReports } from "./reports.js";
import { renderRoutes, renderWhy } from "./routes.js";
import { beginShare } from "./share.js";
import { chip, data, go, intervalOf, inWords, lastDay, play, render, shown, statusOf, toChange } from "./state.js";
import { buildTimeline, share } from "./timeline.js";
import { beginWhatif, choosePlace } from "./whatif.js";

function onKey(event) {
  if (event.target.matches("input, select, textarea") && event.target !== part.day) {
    return;
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step && event.shiftKey) {
    toChange(step);
  } else if (step) {
    go(shown.day + step);
  } else if (event.key === "Home" || event.key === "End") {
    go(event.key === "Home" ? 0 : lastDay);
  } else if (event.key === " " && !event.target.matches("button")) {
    play(shown.timer === null);
  } else {
    return;
  }
  event.preventDefault();
}

// The map on what decides: the way of the chosen route, with the places on which it hangs.
function toRoute() {
  const route = data.routes[shown.route];
  const interval = intervalOf(shown.day);
  const rows = route ? wayOf(route, interval) : [];
  if (!rows.length) {
    return;
  }
  const { low, high } = map.bounds(rows);
  const { loss = [], gain = [] } = route.meeting[interval] ?? {};
  const [east, north] = data.origin;
  for (const { x, y } of data.places.filter(({ id }) => loss.includes(id) || gain.includes(id))) {
    low[0] = Math.min(low[0], x + east);
    low[1] = Math.min(low[1], y + north);
    high[0] = Math.max(high[0], x + east);
    high[1] = Math.max(high[1], y + north);
  }
  map.fit({ low, high });
}

function toPlace(id) {
  const place = data.places.find((one) => one.id === id);
  if (place) {
    const [east, north] = data.origin;
    map.look([place.x + east, place.y + north], Math.min(map.scale, CLOSE));
  }
}

// The rows of a way, by its number or as the engine told them; none as long as it has not.
function wayOf(route, interval) {
  const way = route.way[interval];
  return Array.isArray(way) ? way : (data.ways[way] ?? []);
}

const CLOSE = 40; // metres to a pixel, to see a place among its neighbours

// Where the name of each route stands: in the middle of its way.
function bandNames(interval) {
  return data.routes.flatMap((route) => {
    const rows = wayOf(route, interval);
    const line = map.lines[rows[Math.floor(rows.length / 2)]];
    const at = line && Math.floor(line.xs.length / 2);
    return line ? [{ x: line.xs[at], y: line.ys[at], en: route.label, ar: "" }] : [];
  });
}

function show() {
  if (shown.rebuilt) {
    shown.rebuilt = false;
    buildTimeline();
    buildLegend();
    if (data.pieces !== shown.pieces) {
      shown.pieces = data.pieces;
      map.renew();
    }
  }
  const interval = intervalOf(shown.day);
  part.day.value = shown.day;
  part.day.setAttribute("aria-valuetext", inWords(shown.day));
  part.date.textContent = inWords(shown.day);
  if (part.now) {
    part.now.style.insetInlineStart = share(shown.day + 0.5);
  }
  if (data.routes.length) {
    renderRoutes(interval);
    renderWhy(interval);
    renderMeeting(interval, toPlace);
  }
  renderReports();
  renderGround(interval);
  part.cite.textContent = citation();
  const bands = data.routes
    .map((route) => ({
      rows: wayOf(route, interval),
      status: route.status[interval],
      label: `${route.label}: ${route.status[interval]}`,
    }))
    .sort((one, other) => statusOf[one.status].severity - statusOf[other.status].severity)
    .map(({ rows, status, label }) => ({ rows, label, colour: statusOf[status].colour }));
  map.mark(data.routes[shown.route]?.meeting[interval], bandNames(interval));
  map.show(interval, bands, data.routes.length ? wayOf(data.routes[shown.route], interval) : []);
  fillDay(interval);
  soonChances();
}

// The statuses that this run has, from best to worst.
function statusesShown() {
  const words = new Set(data.routes.flatMap((route) => route.status));
  return data.statuses.map(({ word }) => word).filter((word) => words.has(word));
}

function buildLegend() {
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
      make("span", {}, stroke(colour, []), bdi(label), bdi(arabic, "ar")),
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
    make("span", {}, "Wide bands: the paths of routes and enclaves"),
    ...statusesShown().map((word) => make("span", {}, chip(word))),
    make("hr"),
    ...["◇ would cut the chosen route", "□ would relieve it", "○ named by a reason"].map((text) =>
      make("span", {}, text),
    ),
  );
}

function begin() {
  part.subject.replaceChildren(
    ...(data.schematic ? [make("span", { className: "badge" }, "Schematic network")] : []),
    `${inWords(0)} to ${inWords(lastDay)}. ${data.schematic ? "Lines stand for roads, they do not follow them." : data.credit}`,
  );
  part.facts.replaceChildren(...data.facts.map((sentence) => make("p", {}, bdi(sentence))));
  part.day.max = lastDay;
  part.day.addEventListener("input", () => go(Number(part.day.value)));
  part.before.addEventListener("click", () => toChange(-1));
  part.after.addEventListener("click", () => toChange(1));
  part.play.addEventListener("click", () => play(shown.timer === null));
  part.nearer.addEventListener("click", () => map.zoom(0.6));
  part.farther.addEventListener("click", () => map.zoom(1 / 0.6));
  part.all.addEventListener("click", () => map.fit(map.bounds(map.lines.keys())));
  part.route.addEventListener("click", toRoute);
  part.routes.addEventListener("click", toRoute);
  part.timeline.addEventListener("click", (event) => event.target.matches(".track button") && toRoute());
  part.tiles.addEventListener("change", () => map.baseMap(part.tiles.checked));
  for (const control of [part.span, part.words, part.believed]) {
    control.addEventListener("input", renderReports);
  }
  document.addEventListener("keydown", onKey);
  buildLegend();
  buildTimeline();
  shown.pieces = data.pieces;
  shown.listeners.push(show);
  render();
  beginShare(map);
  part["as-table"].addEventListener("toggle", render);
  part.speed.addEventListener("change", () => shown.timer && play(true));
  map.onPick = (ids) => choosePlace(ids[0] ?? "");
  map.draw().then(() => {
    if (engine) {
      beginWhatif();
      beginArticles();
      beginChanges();
      beginDropped();
    }
    beginLive();
    toRoute();
    document.body.setAttribute("data-ready", "yes");
  });
}

const map = new RoadMap(data, part.map, part.drawn);
begin();
