// What a map shows of a day: the bands of all routes, the cause and the path of the chosen one, and what to name.

import { causeOf } from "./cause.js";
import { statusOf } from "./state.js";

// The rows of a path, by its number or as the engine told them; none as long as it has not.
export function pathOf(data, route, interval) {
  const path = route.path[interval];
  return Array.isArray(path) ? path : (data.paths[path] ?? []);
}

export function sceneOf(data, roads, interval, number) {
  const chosen = data.routes[number];
  const bands = data.routes
    .map((route) => ({ route, rows: pathOf(data, route, interval), status: statusOf[route.status[interval]] }))
    .sort((one, other) => one.status.severity - other.status.severity);
  const path = chosen ? pathOf(data, chosen, interval) : [];
  const meeting = chosen?.meeting[interval] ?? {};
  const mark = chosen ? statusOf[chosen.status[interval]].mark : "";
  const cause = causeOf(roads, path, chosen?.why[interval]?.causes ?? [], mark);
  const { loss = [], gain = [] } = meeting;
  return {
    interval,
    bands,
    path,
    mark,
    cause,
    loss,
    gain,
    told: new Set([...loss, ...gain, ...cause.told, ...(chosen?.ends ?? [])]),
    ends: new Set(data.routes.flatMap(({ ends }) => ends)),
  };
}

// What the first look at a route should show: its path, what it hangs on, and from where it is overlooked.
export function sceneBounds(roads, scene) {
  if (!scene.path.length) {
    return null;
  }
  const { low, high } = roads.bounds(scene.path);
  const ids = [...scene.loss, ...scene.gain, ...scene.cause.told];
  for (const [x, y] of ids.map((id) => roads.spot(id)).filter(Boolean)) {
    low[0] = Math.min(low[0], x);
    low[1] = Math.min(low[1], y);
    high[0] = Math.max(high[0], x);
    high[1] = Math.max(high[1], y);
  }
  return { low, high };
}
