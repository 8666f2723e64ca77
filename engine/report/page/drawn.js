// What is drawn of a sketch: places, and roads through them; every step can be undone.

import { coordinates } from "./fit.js";
import { tr } from "./language.js";

const EARTH_KM = 6371.0088;
const PLACE = { row: null, name: "", name_ar: "", kind: "village" };
const ROAD = { row: null, name: "", name_ar: "", ref: "", highway: "unclassified", length_km: null, minutes: null };

export const emptySketch = () => ({ places: [], roads: [], next: 0 });

// Places are known by a key that outlives the removal of others.
export function sketchOf({ places, roads }) {
  return {
    places: places.map((place, key) => ({ ...place, key })),
    roads: roads.map((road, key) => ({ ...road, key: places.length + key })),
    next: places.length + roads.length,
  };
}

export class Steps {
  constructor(now) {
    Object.assign(this, { now, past: [], future: [] });
  }

  step(next) {
    this.past.push(this.now);
    this.now = next;
    this.future = [];
  }

  undo() {
    if (this.past.length) {
      this.future.push(this.now);
      this.now = this.past.pop();
    }
  }

  redo() {
    if (this.future.length) {
      this.past.push(this.now);
      this.now = this.future.pop();
    }
  }
}

const rounded = ([lat, lon]) => [Math.round(lat * 1e6) / 1e6, Math.round(lon * 1e6) / 1e6];

export function withPlace(sketch, at, more = {}) {
  const [lat, lon] = rounded(at);
  const place = { ...PLACE, ...more, lat, lon, key: sketch.next };
  return { ...sketch, places: [...sketch.places, place], next: sketch.next + 1 };
}

export function withRoad(sketch, through, more = {}) {
  const course = through.map((one) => (Array.isArray(one) ? rounded(one) : one));
  const problem = courseProblem(course);
  if (problem) {
    throw new Error(problem);
  }
  const road = { ...ROAD, ...more, through: course, key: sketch.next };
  return { ...sketch, roads: [...sketch.roads, road], next: sketch.next + 1 };
}

export function courseProblem(through) {
  if (through.filter((one) => !Array.isArray(one)).length < 2) {
    return tr("A road joins two places or more.");
  }
  if (Array.isArray(through[0]) || Array.isArray(through.at(-1))) {
    return tr("A road begins and ends at a place.");
  }
  return through.some((one, at) => at && one === through[at - 1])
    ? tr("A road leads from a place to another one.")
    : "";
}

const changedIn = (rows, key, change) => rows.map((row) => (row.key === key ? { ...row, ...change } : row));

export const changePlace = (sketch, key, change) => ({ ...sketch, places: changedIn(sketch.places, key, change) });
export const changeRoad = (sketch, key, change) => ({ ...sketch, roads: changedIn(sketch.roads, key, change) });
export const withoutRoad = (sketch, key) => ({ ...sketch, roads: sketch.roads.filter((road) => road.key !== key) });

export function movePlace(sketch, key, at) {
  const [lat, lon] = rounded(at);
  return changePlace(sketch, key, { lat, lon });
}

// Roads lose a place that is removed; a road with fewer than two of them goes, too.
export function withoutPlace(sketch, key) {
  const roads = sketch.roads
    .map((road) => ({ ...road, through: shortened(road.through.filter((one) => one !== key)) }))
    .filter(({ through }) => !courseProblem(through));
  return { ...sketch, roads, places: sketch.places.filter((place) => place.key !== key) };
}

function shortened(through) {
  const isPlace = (one) => !Array.isArray(one);
  const first = through.findIndex(isPlace);
  const inner = first < 0 ? [] : through.slice(first, through.findLastIndex(isPlace) + 1);
  return inner.filter((one, at) => at === 0 || one !== inner[at - 1]);
}

export function courseOf(sketch, road) {
  const at = new Map(sketch.places.map(({ key, lat, lon }) => [key, [lat, lon]]));
  return road.through.map((one) => (Array.isArray(one) ? one : at.get(one)));
}

export function kilometres(course) {
  let total = 0;
  for (let at = 1; at < course.length; at += 1) {
    const [[lat1, lon1], [lat2, lon2]] = [course[at - 1], course[at]].map((one) => one.map((x) => (x * Math.PI) / 180));
    const half = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
    total += 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
  }
  return total;
}

export const nameOf = ({ name, name_ar: arabic, key }) => name || arabic || tr("place {number}", { number: key + 1 });

// The places of a road as text, and back: names with semicolons between, bends as latitude,longitude.
export const throughText = (sketch, road) =>
  road.through
    .map((one) => (Array.isArray(one) ? one.join(",") : nameOf(sketch.places.find(({ key }) => key === one))))
    .join("; ");

export function throughOf(sketch, text) {
  const folded = (one) => one.trim().toLowerCase();
  return text
    .split(/[;؛]/)
    .filter((part) => part.trim())
    .map((part) => {
      const found = sketch.places.filter((place) =>
        [place.name, place.name_ar, nameOf(place)].some((name) => name && folded(name) === folded(part)),
      );
      if (found.length > 1) {
        throw new Error(tr("Several places are called “{name}”: give them names of their own.", { name: part.trim() }));
      }
      const at = found.length ? found[0].key : coordinates(part);
      if (at === null) {
        throw new Error(tr("There is no place “{name}”; a bend is latitude,longitude.", { name: part.trim() }));
      }
      return at;
    });
}

// What the engine is told: keys become numbers of places in the list.
export function savedBody(sketch, seen) {
  const number = new Map(sketch.places.map(({ key }, at) => [key, at]));
  const plain = ({ key: _, ...row }) => row;
  const roads = sketch.roads.map((road) => ({
    ...plain(road),
    through: road.through.map((one) => (Array.isArray(one) ? one : number.get(one))),
  }));
  return { seen, places: sketch.places.map(plain), roads };
}

// A sketch with the rows that its entries have in the tables since another was saved; what is in none is new.
export function withRows(sketch, saved) {
  const numbered = (list) => {
    const row = new Map(saved[list].map(({ key }, at) => [key, at]));
    return sketch[list].map((one) => ({ ...one, row: row.get(one.key) ?? null }));
  };
  return { ...sketch, places: numbered("places"), roads: numbered("roads") };
}
