// The page of a sketch: places by click or coordinates, roads by clicking places, a picture fitted below, saved as two tables.

import { part } from "./dom.js";
import { movePlace, savedBody, withPlace, withRoad, withRows } from "./drawn.js";
import { Served } from "./engine.js";
import { renderEntries } from "./entries.js";
import { coordinates, fromMercator, toMercator } from "./fit.js";
import { listing, tr } from "./language.js";
import { fitToKeep, onPicture, onPicturePoint, renderPoints, showKeptPicture, takePictureAway } from "./picture.js";
import { attempted, complain, map, now, page, render, step, tell, tellScale } from "./sketchstate.js";

const engine = new Served({});
const LEAST_VIEW_M = 30_000;
const mode = () => document.querySelector("[name=mode]:checked").value;

// ---- the map

map.onClick = (place, world) => {
  complain([]);
  const doing = { look: onChoose, place: onNewPlace, road: onRoadPoint, fit: onPicturePoint };
  doing[mode()](place, world);
};

map.onMove = (key, at, done) => {
  const next = movePlace(now(), key, at);
  if (done) {
    step(next, tr("Moved."));
  } else {
    map.show({ sketch: next });
  }
};

function onChoose(place) {
  page.chosen = place;
  render();
  if (place !== null) {
    document.querySelector(`#places [data-key="${place}"] input`).focus();
  }
}

function onNewPlace(place, world) {
  if (page.picture && !page.picture.fitted) {
    complain([tr("Fit the picture first: where its points lie is not known yet.")]);
  } else if (place !== null) {
    onChoose(place);
  } else {
    addPlace(fromMercator(world));
  }
}

function addPlace(at, more = {}) {
  const next = withPlace(now(), at, more);
  page.chosen = next.places.at(-1).key;
  step(next, tr("Place {number} added.", { number: next.places.length }));
  document.querySelector(`#places [data-key="${page.chosen}"] input`).focus();
}

// Places in their order make a road; a click on open ground is a bend; the last place once more ends it.
function onRoadPoint(place, world) {
  if (place === null && !page.pending.length) {
    complain([tr("A road begins at a place.")]);
    return;
  }
  if (place !== null && place === page.pending.at(-1)) {
    endRoad();
    return;
  }
  page.pending.push(place ?? fromMercator(world));
  render();
}

function endRoad() {
  const through = page.pending;
  const next = attempted(() => withRoad(now(), through));
  if (next) {
    page.pending = [];
    page.chosen = next.roads.at(-1).key;
    step(next, tr("Road {number} added.", { number: next.roads.length }));
    document.querySelector(`#roads [data-key="${page.chosen}"] input`).focus();
  }
}

async function onSave() {
  const saved = now();
  try {
    complain([]);
    const found = await engine.post("save", JSON.stringify({ ...savedBody(saved, page.known.seen), ...fitToKeep() }));
    page.known = found;
    part.written.textContent = tr("Written: {files}.", { files: listing(found.written) });
    part.next.textContent = found.lacking.length ? "" : `supplyline new my-case/case.toml --network ${found.network}`;
    if (found.lacking.length) {
      complain([tr("The tables are saved. They make no network yet, and none was written:"), ...found.lacking]);
    }
    const { steps } = page;
    const isSame = steps.now === saved;
    steps.now = withRows(steps.now, saved);
    steps.past = steps.past.map((one) => withRows(one, saved));
    steps.future = steps.future.map((one) => withRows(one, saved));
    page.saved = isSame ? steps.now : null;
    page.isFitNew = false;
    tell(tr("Saved."));
    render();
  } catch (error) {
    complain(error.problems ?? [tr("The engine does not answer: is “supplyline open” still running?")]);
  }
}

function showAll() {
  map.fit(now().places.map(({ lat, lon }) => toMercator([lat, lon])));
}

function begin() {
  page.saved = now();
  page.lists.push(renderEntries, renderPoints);
  map.onLook = tellScale;
  part.title.textContent = page.known.name;
  part.undo.addEventListener("click", () => {
    page.steps.undo();
    render();
  });
  part.redo.addEventListener("click", () => {
    page.steps.redo();
    render();
  });
  part.save.addEventListener("click", onSave);
  part["end-road"].addEventListener("click", endRoad);
  part["stop-road"].addEventListener("click", () => {
    page.pending = [];
    render();
  });
  part["add-place"].addEventListener("submit", (event) => {
    event.preventDefault();
    const at = coordinates(part["place-at"].value);
    if (!at) {
      complain([tr("“{text}” is not latitude, longitude.", { text: part["place-at"].value })]);
      return;
    }
    complain([]);
    const first = !now().places.length;
    addPlace(at, { name: part["place-name"].value.trim() });
    part["add-place"].reset();
    if (first && !page.picture) {
      map.fit([toMercator(at)], LEAST_VIEW_M);
    }
  });
  part.picture.addEventListener("change", () => part.picture.files.length && onPicture(part.picture.files[0]));
  part["picture-away"].addEventListener("click", takePictureAway);
  part.tiles.addEventListener("change", () => {
    part.credit.hidden = !part.tiles.checked;
    render();
  });
  part.nearer.addEventListener("click", () => map.zoom(0.6));
  part.farther.addEventListener("click", () => map.zoom(1 / 0.6));
  part.all.addEventListener("click", showAll);
  window.addEventListener("beforeunload", (event) => now() !== page.saved && event.preventDefault());
  render();
  showAll();
  showKeptPicture();
  document.body.setAttribute("data-ready", "yes");
}

begin();
