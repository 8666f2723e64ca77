// Names on the map: in order of importance, each beside its point where it covers no other name or point.

export const LETTERS = 11.5;
const GAP = 6;
const SIDES = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];
const MOST_NAMES = 300;
const pen = document.createElement("canvas").getContext("2d");

export function noNames() {
  return { x: [], y: [], text: [], align: [], anchor: [], dx: [], dy: [] };
}

// The first `must` names are always written, where they cover least if there is no free side.
export function chooseNames({ x, y, en, ar }, must, toPixel, [width, height], font) {
  pen.font = `${LETTERS}px ${font}`;
  const seen = x
    .map((east, row) => ({ row, at: toPixel(east, y[row]) }))
    .filter(({ at }) => at[0] >= 0 && at[1] >= 0 && at[0] <= width && at[1] <= height)
    .slice(0, MOST_NAMES);
  const columns = noNames(),
    taken = [];
  const free = (box) =>
    box[0] >= 0 &&
    box[1] >= 0 &&
    box[2] <= width &&
    box[3] <= height &&
    !taken.some((other) => overlap(box, other)) &&
    !seen.some(({ at }) => holds(box, at));
  for (const { row, at } of seen) {
    const text = [en[row], ar[row]].filter(Boolean).join("\n");
    const size = sizeOf(text);
    const clear = (way) => !taken.some((other) => overlap(boxAt(at, size, way), other));
    const forced = row < must ? (SIDES.find(clear) ?? SIDES[0]) : null;
    const side = text && (SIDES.find((way) => free(boxAt(at, size, way))) ?? forced);
    if (!side) {
      continue;
    }
    taken.push(boxAt(at, size, side));
    columns.x.push(x[row]);
    columns.y.push(y[row]);
    columns.text.push(text);
    columns.align.push({ 1: "left", 0: "center", [-1]: "right" }[side[0]]);
    columns.anchor.push([(1 - side[0]) / 2, (1 - side[1]) / 2]);
    columns.dx.push(GAP * side[0]);
    columns.dy.push(GAP * side[1]);
  }
  return columns;
}

function sizeOf(text) {
  const lines = text.split("\n");
  return [Math.max(...lines.map((line) => pen.measureText(line).width)) + 2, lines.length * LETTERS * 1.45];
}

function boxAt(at, size, side) {
  const low = [0, 1].map((axis) => at[axis] + GAP * side[axis] + (size[axis] * (side[axis] - 1)) / 2);
  return [low[0], low[1], low[0] + size[0], low[1] + size[1]];
}

function overlap(one, other) {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
}

function holds(box, [x, y]) {
  return x > box[0] - 2 && x < box[2] + 2 && y > box[1] - 2 && y < box[3] + 2;
}
