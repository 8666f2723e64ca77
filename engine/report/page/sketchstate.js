// What the page of a sketch knows, how it goes a step further, and how it is drawn again.

import { bdi, make, part } from "./dom.js";
import { courseOf, courseProblem, Steps, sketchOf } from "./drawn.js";
import { toWorld } from "./fit.js";
import { pageData, tr } from "./language.js";
import { SketchMap } from "./sketchmap.js";

const TILES = "https://tile.openstreetmap.org";
const BAR_PIXELS = 100;
const known = pageData;
export const page = {
  known,
  steps: new Steps(sketchOf(known)),
  saved: null,
  pending: [], // the road that is being drawn: keys of places, and bends
  chosen: null,
  picture: null,
  points: [],
  isFitNew: false, // fitted otherwise than the file beside the tables says
  lists: [], // called when all is drawn again
};
export const map = new SketchMap(part.map);
export const now = () => page.steps.now;

export function step(next, told) {
  page.steps.step(next);
  tell(told);
  render();
}

export function tell(text) {
  part.said.textContent = text;
}

export function complain(problems) {
  part.problems.replaceChildren(...problems.map((problem) => make("p", {}, bdi(problem))));
  part.problems.hidden = !problems.length;
}

export function attempted(doing) {
  try {
    complain([]);
    return doing();
  } catch (error) {
    complain([error.message]);
    return null;
  }
}

export function render() {
  const there = new Set(now().places.map(({ key }) => key));
  page.pending = page.pending.filter((one) => Array.isArray(one) || there.has(one));
  const { steps, picture, points, pending } = page;
  for (const list of page.lists) {
    list();
  }
  part.undo.disabled = !steps.past.length;
  part.redo.disabled = !steps.future.length;
  part["end-road"].disabled = Boolean(courseProblem(pending));
  part["stop-road"].disabled = !pending.length;
  part.save.disabled = now() === page.saved && !page.isFitNew;
  map.show({
    sketch: now(),
    pending: courseOf(now(), { through: pending }),
    picture,
    chosen: page.chosen,
    points: picture ? points.map(({ pixel }) => toWorld(picture.matrix, pixel)) : [],
    tiles: part.tiles.checked ? TILES : "",
  });
  tellScale();
}

export function tellScale() {
  const km = map.barKilometres(BAR_PIXELS);
  const digits = Math.max(0, 1 - Math.floor(Math.log10(km)));
  part.scale.textContent = tr("{n} km", { n: Number(km.toFixed(Math.min(digits, 3))) });
}
