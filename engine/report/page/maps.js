// The map of the page and, beside it, the one without the changes; what moves them.

import { intervalAt } from "./days.js";
import { part } from "./dom.js";
import { RoadMap } from "./map.js";
import { sceneBounds, sceneOf } from "./scene.js";
import { base, data, intervalOf, shown } from "./state.js";

const CLOSE = 40; // metres to a pixel, to see a place among its neighbours

export const map = new RoadMap(data, part.map, part.drawn);
let without = null; // the map without the changes, once it is wanted
let awaited = null; // the route on a day to look at again once its reasons have come, and what is looked at meanwhile

export function showMaps() {
  const interval = intervalOf(shown.day);
  if (data.pieces !== shown.pieces) {
    shown.pieces = data.pieces;
    map.renew();
  }
  map.show(sceneOf(data, map.net, interval, shown.route));
  if (without?.plot && !part["side-before"].hidden) {
    without.show(sceneOf(base, without.net, intervalAt(base.borders, shown.day), shown.route));
  }
  if (awaited?.moment === momentOf() && reasonsHere() && map.fitted === awaited.bounds) {
    toRoute();
  }
}

const momentOf = () => `${shown.route} ${shown.day}`;
const reasonsHere = () => data.routes[shown.route]?.why[intervalOf(shown.day)] !== undefined;

// The map on what decides: the path of the chosen route, with the places on which it hangs and those that overlook it.
export function toRoute() {
  const bounds = map.scene && sceneBounds(map.net, map.scene);
  if (bounds) {
    map.fit(bounds);
    awaited = reasonsHere() ? null : { moment: momentOf(), bounds };
  }
}

// The map on a place or on the ground of a site, marked.
export function toPlace(id) {
  const spot = map.net.spot(id);
  if (!spot) {
    return;
  }
  map.pick(spot);
  if (data.places.some((place) => place.id === id)) {
    map.look(spot, Math.min(map.scale, CLOSE));
  } else {
    map.fit(map.net.bounds(map.net.of(id)));
  }
}

export const toAll = () => map.fit(map.net.bounds(map.net.lines.keys()));

// The same ground in the same part and scale, without the changes.
export async function besides(wanted) {
  part["side-before"].hidden = !wanted;
  part.frame.classList.toggle("two", wanted);
  if (wanted && !without) {
    without = new RoadMap(base, part["map-before"]);
    await without.draw();
    follow(map, without);
    follow(without, map);
    without.onPick = map.onPick;
  }
  if (wanted) {
    showMaps();
    without.look(map.middle(), map.scale);
  }
}

function follow(leader, other) {
  leader.settled.push(() => {
    const [here, there] = [leader.middle(), other.middle()];
    const moved = Math.hypot(here[0] - there[0], here[1] - there[1]) > leader.scale / 2;
    const scaled = Math.abs(leader.scale / other.scale - 1) > 1e-6;
    if ((moved || scaled) && !part["side-before"].hidden) {
      other.look(here, leader.scale);
    }
  });
}
