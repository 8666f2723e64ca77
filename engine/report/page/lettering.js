// What to write on a map, the most important first: the names of routes, what decides, places.

import { called, directed, inOrder, tr } from "./language.js";
import { middleOf } from "./roads.js";

const MOST_SPOTS = 24; // of a route's path, tried for its name
const MOST_CAUSES = 4; // written out; the others stand beside the map
const BANNER_EDGE = 20;

export function itemsOf(map, places) {
  const { told, ends } = map.scene;
  const [east, north] = map.data.origin;
  const size = map.size();
  const item = (place) => ({
    text: inOrder(place.en, place.ar).filter(Boolean).join("\n"),
    at: map.pixel([place.x + east, place.y + north], size),
    must: told.has(place.id) || ends.has(place.id),
  });
  const rank = ({ id }) => (told.has(id) ? 0 : ends.has(id) ? 1 : 2);
  const of = (wanted) => places.filter((place) => rank(place) === wanted).map(item);
  return [...bannerItems(map), ...of(0), ...causeItems(map), ...of(1), ...of(2)].filter(({ at, points }) =>
    points ? points.length : map.shows(at, 0, size),
  );
}

// The name of each route, upon that part of its path that the map shows.
function bannerItems(map) {
  return map.scene.bands.toReversed().map(({ route, rows, status }) => ({
    text: called(route.label, route.label_ar),
    banner: true,
    must: true,
    colour: status.colour,
    ink: status.ink,
    points: middleFirst(rows)
      .map((row) => map.pixel(middleOf(map.net.lines[row])))
      .filter((at) => map.shows(at, BANNER_EDGE)),
  }));
}

// Some rows of a path, evenly over all of it, those in its middle first.
export function middleFirst(rows) {
  const step = Math.max(Math.ceil(rows.length / MOST_SPOTS), 1);
  const middle = (rows.length - 1) / 2;
  return rows
    .map((row, at) => ({ row, far: Math.abs(at - middle) }))
    .filter((_, at) => at % step === 0)
    .sort((one, other) => one.far - other.far)
    .map(({ row }) => row);
}

// What brings the status about, beside the ground where it does, and who overlooks it.
function causeItems(map) {
  const { spots, looks } = map.scene.cause;
  const middle = ({ from, onto }) => [(from[0] + onto[0]) / 2, (from[1] + onto[1]) / 2];
  return [
    ...spots
      .slice(0, MOST_CAUSES)
      .map(({ x, y, text }) => ({ text: directed(text), at: map.pixel([x, y]), must: true })),
    ...looks.slice(0, MOST_CAUSES).map((look) => ({ text: tr("overlooks"), at: map.pixel(middle(look)), must: false })),
  ];
}
