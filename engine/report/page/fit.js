// A picture laid over the map: where its pixels lie in Web Mercator, by two or three points known on both.

import { tr } from "./language.js";

const RADIUS = 6378137;
const LEAST_PIXELS = 5;

export function toMercator([lat, lon]) {
  const up = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [(RADIUS * lon * Math.PI) / 180, RADIUS * up];
}

export function fromMercator([x, y]) {
  const lat = (2 * Math.atan(Math.exp(y / RADIUS)) - Math.PI / 2) * (180 / Math.PI);
  return [lat, (x / RADIUS) * (180 / Math.PI)];
}

// The metres on the ground that a metre of the map stands for.
export const groundScale = (lat) => Math.cos((lat * Math.PI) / 180);

// Of points {pixel: [x, y], at: [lat, lon]}: a matrix [a, b, c, d, e, f] for which X = ax + by + c and
// Y = dx + ey + f. Two points give a similarity (scale, turn, shift), three an affine map.
export function fitOf(points) {
  const pixels = points.map(({ pixel }) => pixel);
  const world = points.map(({ at }) => toMercator(at));
  if (points.length < 2) {
    throw new Error(tr("Two points are needed, or three."));
  }
  return points.length === 2 ? similarity(pixels, world) : affine(pixels, world);
}

// With y turned upwards, a similarity is one complex number and a shift.
function similarity([[x1, y1], [x2, y2]], [[u1, v1], [u2, v2]]) {
  const [dx, dy] = [x2 - x1, -(y2 - y1)];
  const [du, dv] = [u2 - u1, v2 - v1];
  const size = dx * dx + dy * dy;
  if (Math.sqrt(size) < LEAST_PIXELS || Math.hypot(du, dv) === 0) {
    throw new Error(tr("Two of the points are the same: choose points far from each other."));
  }
  const [p, q] = [(du * dx + dv * dy) / size, (dv * dx - du * dy) / size];
  return [p, q, u1 - p * x1 - q * y1, q, -p, v1 - q * x1 + p * y1];
}

function affine([one, two, three], world) {
  const [x1, y1] = [two[0] - one[0], two[1] - one[1]];
  const [x2, y2] = [three[0] - one[0], three[1] - one[1]];
  const area = x1 * y2 - x2 * y1;
  const longest = Math.max(Math.hypot(x1, y1), Math.hypot(x2, y2), Math.hypot(x2 - x1, y2 - y1));
  if (longest < LEAST_PIXELS || Math.abs(area) < LEAST_PIXELS * longest) {
    throw new Error(tr("The three points lie on one line: choose a third one beside it."));
  }
  const row = (axis) => {
    const [w1, w2] = [world[1][axis] - world[0][axis], world[2][axis] - world[0][axis]];
    const [a, b] = [(w1 * y2 - w2 * y1) / area, (w2 * x1 - w1 * x2) / area];
    return [a, b, world[0][axis] - a * one[0] - b * one[1]];
  };
  const matrix = [...row(0), ...row(1)];
  const [a, b, , d, e] = matrix;
  if (Math.abs(a * e - b * d) < 1e-9 * (a * a + b * b + d * d + e * e)) {
    throw new Error(tr("The three places lie on one line: choose a third one beside it."));
  }
  return matrix;
}

// Whether a picture would be seen as in a mirror: two of its points are probably exchanged.
export const isMirrored = ([a, b, , d, e]) => a * e - b * d > 0;

export const toWorld = ([a, b, c, d, e, f], [x, y]) => [a * x + b * y + c, d * x + e * y + f];

export function toPixel([a, b, c, d, e, f], [u, v]) {
  const area = a * e - b * d;
  return [(e * (u - c) - b * (v - f)) / area, (a * (v - f) - d * (u - c)) / area];
}

// Before it is fitted, a picture fills the view: it lies nowhere yet.
export function unfitted([width, height], view) {
  const [x, y] = view.middle;
  const scale = view.scale * Math.max(view.width / width, view.height / height) * 0.9;
  return [scale, 0, x - (scale * width) / 2, 0, -scale, y + (scale * height) / 2];
}

// A place as people write it: latitude and longitude, with a comma or a space between.
export function coordinates(text) {
  const found = /^\s*([-+]?\d+(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d+(?:\.\d+)?)\s*$/.exec(text);
  const at = found && [Number(found[1]), Number(found[2])];
  return at && Math.abs(at[0]) <= 85 && Math.abs(at[1]) <= 180 ? at : null;
}
