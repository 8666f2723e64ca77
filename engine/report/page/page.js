// The page: its parts put together and shown.

import { beginArticles } from "./articles.js";
import { beginChanges } from "./changes.js";
import { beginCompare, renderSides } from "./compare.js";
import { bdi, make, part } from "./dom.js";
import { beginDropped } from "./dropped.js";
import { renderGround } from "./ground.js";
import { pickHere, renderHere } from "./here.js";
import { beginKeys } from "./keys.js";
import { tr } from "./language.js";
import { beginLanguages } from "./languages.js";
import { buildLegend } from "./legend.js";
import { beginLive, engine, fillDay, soonChances } from "./live.js";
import { map, showMaps, toAll, toRoute } from "./maps.js";
import { citation, renderMeeting } from "./meeting.js";
import { beginReports, renderReports } from "./reports.js";
import { renderRoutes, renderWhy } from "./routes.js";
import { beginShare } from "./share.js";
import { data, go, intervalOf, inWords, lastDay, play, render, shown, toChange } from "./state.js";
import { buildTimeline, share } from "./timeline.js";
import { beginWhatif, choosePlace } from "./whatif.js";

function show() {
  if (shown.rebuilt) {
    shown.rebuilt = false;
    buildTimeline();
    buildLegend();
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
    renderMeeting(interval);
  }
  showMaps();
  renderSides(interval);
  renderHere();
  renderReports();
  renderGround(interval);
  part.cite.textContent = citation();
  fillDay(interval);
  soonChances();
}

function tellSubject() {
  part.subject.replaceChildren(
    ...(data.schematic ? [make("span", { className: "badge" }, tr("Schematic network"))] : []),
    `${tr("{first} to {last}.", { first: inWords(0), last: inWords(lastDay) })} ${data.schematic ? tr("Lines stand for roads, they do not follow them.") : data.credit}`,
  );
  part.facts.replaceChildren(...data.facts.map((sentence) => make("p", {}, bdi(sentence))));
}

function listen() {
  part.day.max = lastDay;
  part.day.addEventListener("input", () => go(Number(part.day.value)));
  part.before.addEventListener("click", () => toChange(-1));
  part.after.addEventListener("click", () => toChange(1));
  part.play.addEventListener("click", () => play(shown.timer === null));
  part.speed.addEventListener("change", () => shown.timer && play(true));
  part.nearer.addEventListener("click", () => map.zoom(0.6));
  part.farther.addEventListener("click", () => map.zoom(1 / 0.6));
  part.all.addEventListener("click", toAll);
  part.route.addEventListener("click", toRoute);
  part.routes.addEventListener("click", toRoute);
  part.timeline.addEventListener("click", (event) => event.target.matches(".track button") && toRoute());
  part.tiles.addEventListener("change", () => map.baseMap(part.tiles.checked));
  part["as-table"].addEventListener("toggle", render);
  map.onPick = ([id]) => {
    choosePlace(id ?? "");
    pickHere(id);
    map.pick(id && map.net.spot(id));
  };
  beginKeys();
  beginReports();
  beginShare(map);
  beginCompare();
  beginLanguages();
}

function begin() {
  tellSubject();
  listen();
  buildLegend();
  buildTimeline();
  shown.pieces = data.pieces;
  shown.listeners.push(show);
  render();
  map.draw().then(() => {
    if (engine) {
      beginWhatif();
      beginChanges();
    }
    if (data.served) {
      beginArticles();
      beginDropped();
    }
    beginLive();
    toRoute();
    document.body.setAttribute("data-ready", "yes");
  });
}

begin();
