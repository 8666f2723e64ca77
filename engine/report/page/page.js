"use strict";

// The clock, the routes, the timeline and the reports; all text goes in as text, never as markup.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAY_MS = 86400000;
const STEP_MS = 450;

const data = JSON.parse(document.getElementById("data").textContent);
const part = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const first = Date.parse(`${data.start}T00:00:00Z`);
const lastDay = data.borders.at(-1) - 1;
const shown = { day: lastDay, route: 0, timer: null };

function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "style") {
      Object.assign(node.style, value);
    } else if (name in node) {
      node[name] = value;
    } else {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((child) => child !== ""));
  return node;
}

function drawing(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(props).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

// A text of any script stands in a box of its own, so that it cannot turn what is beside it around.
const bdi = (text, lang) => (text ? make("bdi", lang ? { lang } : { dir: "auto" }, text) : "");
const dateOf = (day) => new Date(first + day * DAY_MS);
const iso = (day) => dateOf(day).toISOString().slice(0, 10);
const inWords = (day) => `${dateOf(day).getUTCDate()} ${MONTHS[dateOf(day).getUTCMonth()]} ${dateOf(day).getUTCFullYear()}`;
const statusOf = Object.fromEntries(data.statuses.map((status, severity) => [status.word, { ...status, severity }]));
const css = (word) => statusOf[word].css;
const chip = (status) => make("span", { className: `status ${css(status)}` }, status);

function intervalOf(day) {
  return data.borders.findLastIndex((border, at) => border <= day && at < data.borders.length - 1);
}

function spellsOf(route) {
  const starts = route.status.map((_, at) => at).filter((at) => at === 0 || route.status[at] !== route.status[at - 1]);
  return starts.map((at, row) => ({
    status: route.status[at], start: data.borders[at], end: data.borders[starts[row + 1] ?? route.status.length],
  }));
}

// ---- the clock

function go(day) {
  shown.day = Math.min(Math.max(day, 0), lastDay);
  render();
}

function toChange(step) {
  const borders = data.borders.slice(0, -1);
  const next = step > 0 ? borders.find((border) => border > shown.day) : borders.findLast((border) => border < shown.day);
  go(next ?? (step > 0 ? lastDay : 0));
}

function play(on) {
  clearInterval(shown.timer);
  shown.timer = on ? setInterval(tick, STEP_MS) : null;
  if (on && shown.day === lastDay) {
    go(0);
  }
  part.play.textContent = on ? "❚❚" : "▶";
  part.play.setAttribute("aria-pressed", String(on));
}

function tick() {
  const long = data.borders.at(-1) > 120;
  if (long) {
    toChange(1);
  } else {
    go(shown.day + 1);
  }
  if (shown.day === lastDay) {
    play(false);
  }
}

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

// ---- routes and why

function renderRoutes(interval) {
  const buttons = data.routes.map((route, number) => {
    const spell = spellsOf(route).findLast(({ start }) => start <= shown.day);
    const names = make("span", { className: "names" }, bdi(route.label), bdi(route.label_ar, "ar"));
    const since = spell.start === 0 ? "since the start of the run" : `since ${inWords(spell.start)}`;
    const button = make("button", { type: "button", "aria-pressed": String(number === shown.route) },
      names, chip(route.status[interval]), make("span", { className: "since" }, since));
    button.addEventListener("click", () => choose(number));
    return button;
  });
  const at = [...part.routes.children].indexOf(document.activeElement);
  part.routes.replaceChildren(...buttons);
  buttons[at]?.focus();
}

function choose(number) {
  shown.route = number;
  render();
}

function toRoute() {
  const rows = data.routes.length ? data.ways[data.routes[shown.route].way[intervalOf(shown.day)]] : [];
  if (rows.length) {
    map.fit(map.bounds(rows));
  }
}

function renderWhy(interval) {
  const route = data.routes[shown.route];
  part["why-head"].replaceChildren("Why ", bdi(route.label), ` is ${route.status[interval]} on ${inWords(shown.day)}`);
  const { causes, apart = {} } = route.why[interval];
  const likely = route.chance ? [make("p", {}, `Probability: ${chanceText(route, route.chance.days.findLastIndex((day) => day <= shown.day))}`)] : [];
  const blocks = causes.map((cause) => make("div", {}, make("p", {}, bdi(cause.text)), make("ul", {}, ...saidBy(cause.reports))));
  if (!causes.length) {
    blocks.push(make("p", {}, "No road leads there."));
  }
  for (const [what, places] of Object.entries(apart)) {
    if (places.length) {
      blocks.push(make("p", {}, `${what === "lost" ? "Lost" : "Cut off from the rest"}: `, bdi(places.join(", "))));
    }
  }
  part.why.replaceChildren(...likely, ...blocks);
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
  return make("li", {}, link, " ", bdi(report.site), ` ${report.kind}, `, bdi(report.source || "no source"), `, ${sure(report)}`);
}

const sure = (report) => `confidence ${Math.round(report.confidence * 100)} %${report.believed ? "" : ", not believed"}`;

// ---- the reports

function wantedReports() {
  const from = { until: -Infinity, week: shown.day - 6, all: -Infinity }[part.span.value];
  const to = part.span.value === "all" ? Infinity : shown.day;
  const words = part.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  return data.reports.map((report, row) => ({ report, row })).filter(({ report }) => {
    const text = Object.values(report).join(" ").toLowerCase();
    return report.id !== "baseline" && report.day >= from && report.day <= to &&
      (report.believed || !part.believed.checked) && words.every((word) => text.includes(word));
  }).sort((one, other) => other.report.day - one.report.day || other.row - one.row);
}

function renderReports() {
  const wanted = wantedReports();
  const total = data.reports.filter(({ id }) => id !== "baseline").length;
  part.counted.textContent = `${wanted.length} of ${total}`;
  part.reports.replaceChildren(...wanted.map(({ report, row }) => reportItem(report, row)));
}

function reportItem(report, row) {
  const who = [report.actor && `actor ${report.actor}`, report.defender && `defender ${report.defender}`].filter(Boolean).join(", ");
  const when = [report.range, report.reported && `reported ${report.reported}`, report.until && `until ${report.until}`].filter(Boolean).join(", ");
  const time = make("time", { dateTime: report.date }, report.date);
  const goTo = make("button", { type: "button", title: "Show this day" }, time);
  goTo.addEventListener("click", () => go(report.day));
  const body = make("div", { className: "body" },
    make("span", { className: "what" }, bdi(report.site), " ", bdi(report.site_ar, "ar"), `: ${report.kind}`, who ? " · " : "", bdi(who)),
    make("span", { className: "sure" }, `${sure(report)} · source: `, bdi(report.source || "none given"), when ? ` · ${when}` : ""),
    bdi(report.note));
  const state = [report.day === shown.day ? "today" : "", report.believed ? "" : "doubted"].filter(Boolean).join(" ");
  return make("li", { id: `report-${row}`, className: state }, goTo, body);
}

function findReport(row) {
  part.span.value = "all";
  part.words.value = "";
  part.believed.checked = false;
  renderReports();
  const item = document.getElementById(`report-${row}`);
  item.classList.add("found");
  item.scrollIntoView({ block: "nearest" });
}

// ---- all of it

function render() {
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
  }
  renderReports();
  const bands = data.routes.map((route) => ({ way: route.way[interval], status: route.status[interval], label: `${route.label}: ${route.status[interval]}` }))
    .sort((one, other) => statusOf[one.status].severity - statusOf[other.status].severity)
    .map(({ way, status, label }) => ({ way, label, colour: statusOf[status].colour }));
  map.show(interval, bands, data.routes.length ? data.routes[shown.route].way[interval] : null);
}

// The statuses that this run has, from best to worst.
function statusesShown() {
  const words = new Set(data.routes.flatMap((route) => route.status));
  return data.statuses.map(({ word }) => word).filter((word) => words.has(word));
}

function buildLegend() {
  const stroke = (colour, dash) => drawing("svg", {}, drawing("line", {
    x1: 0, x2: "100%", y1: "50%", y2: "50%", stroke: colour, "stroke-width": 4, "stroke-dasharray": dash.join(" "),
  }));
  part.legend.replaceChildren(
    ...data.actors.map(({ label, label_ar: arabic, colour }) => make("span", {}, stroke(colour, []), bdi(label), bdi(arabic, "ar"))),
    make("hr"),
    ...data.conditions.map(({ label, dashes }) => make("span", {}, stroke(data.colours.ink, dashes.map((widths) => 4 * widths)), label)),
    make("hr"),
    make("span", {}, "Wide bands: the paths of routes and enclaves"), ...statusesShown().map((word) => make("span", {}, chip(word))),
  );
}

function begin() {
  part.subject.replaceChildren(...(data.schematic ? [make("span", { className: "badge" }, "Schematic network")] : []),
    `${inWords(0)} to ${inWords(lastDay)}. ${data.schematic ? "Lines stand for roads, they do not follow them." : data.credit}`);
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
  part.tiles.addEventListener("change", () => map.baseMap(part.tiles.checked));
  [part.span, part.words, part.believed].forEach((control) => control.addEventListener("input", renderReports));
  document.addEventListener("keydown", onKey);
  buildLegend();
  buildTimeline();
  render();
  map.draw().then(() => document.body.setAttribute("data-ready", "yes"));
}

const map = new RoadMap(data, part.map, part.drawn);
begin();
