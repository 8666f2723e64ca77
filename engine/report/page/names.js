// Names on a map: in order of importance, each where it covers no other name and no point.

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
const AWAY = [1, 3.5, 6]; // how many gaps a name that must stand may move away from its point
const MOST_NAMES = 300;

// Each item has a `text`, the point `at` in pixels, and whether it `must` stand; a banner stands upon one of its
// points instead of beside it. Returns those that stand: the item, the point, the side and how far away.
export function placeNames(items, [width, height], measure) {
  const taken = [],
    placed = [];
  const points = items.filter(({ banner }) => !banner).map(({ at }) => at);
  const inside = (box) => box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
  const clear = (box) => inside(box) && !taken.some((other) => overlap(box, other));
  const free = (box) => clear(box) && !points.some((at) => holds(box, at));
  for (const item of items.slice(0, MOST_NAMES)) {
    const size = sizeOf(item, measure);
    const spots = item.banner ? bannerSpots(item, size) : sideSpots(item, size);
    const near = spots.filter(({ away }) => away === 1);
    const found =
      spots.find(({ box }) => free(box)) ??
      (item.must ? (near.find(({ box }) => clear(box)) ?? spots.find(({ box }) => clear(box)) ?? spots[0]) : null);
    if (found && item.text) {
      taken.push(found.box);
      placed.push({ ...found, item });
    }
  }
  return placed;
}

function bannerSpots({ points }, [width, height]) {
  return points.map((at) => ({
    at,
    side: [0, 0],
    away: 1,
    box: [at[0] - width / 2, at[1] - height / 2, at[0] + width / 2, at[1] + height / 2],
  }));
}

function sideSpots({ at, must }, size) {
  return (must ? AWAY : [1]).flatMap((away) =>
    SIDES.map((side) => ({ at, side, away, box: boxAt(at, size, side, away * GAP) })),
  );
}

// Names beside points as columns of a plot; a thin line leads from a name far away to its point.
export function nameColumns(placed, ground) {
  const columns = { x: [], y: [], text: [], align: [], anchor: [], dx: [], dy: [] };
  const leaders = { xs: [], ys: [] };
  for (const { item, at, side, away } of placed.filter((one) => !one.item.banner)) {
    const [x, y] = ground(at);
    const shift = side.map((sign) => away * GAP * sign);
    columns.x.push(x);
    columns.y.push(y);
    columns.text.push(item.text);
    columns.align.push({ 1: "left", 0: "center", [-1]: "right" }[side[0]]);
    columns.anchor.push([(1 - side[0]) / 2, (1 - side[1]) / 2]);
    columns.dx.push(shift[0]);
    columns.dy.push(shift[1]);
    if (away > 1) {
      const end = ground([at[0] + shift[0], at[1] + shift[1]]);
      leaders.xs.push([x, end[0]]);
      leaders.ys.push([y, end[1]]);
    }
  }
  return { columns, leaders };
}

export function bannerColumns(placed, ground) {
  const columns = { x: [], y: [], text: [], colour: [], ink: [] };
  for (const { item, at } of placed.filter((one) => one.item.banner)) {
    const [x, y] = ground(at);
    columns.x.push(x);
    columns.y.push(y);
    columns.text.push(item.text);
    columns.colour.push(item.colour);
    columns.ink.push(item.ink);
  }
  return columns;
}

function sizeOf({ text, banner }, measure) {
  const lines = text.split("\n");
  const around = banner ? 12 : 2;
  return [Math.max(...lines.map(measure)) * (banner ? 1.08 : 1) + around, lines.length * LETTERS * 1.45];
}

function boxAt(at, size, side, gap) {
  const low = [0, 1].map((axis) => at[axis] + gap * side[axis] + (size[axis] * (side[axis] - 1)) / 2);
  return [low[0], low[1], low[0] + size[0], low[1] + size[1]];
}

function overlap(one, other) {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
}

function holds(box, [x, y]) {
  return x > box[0] - 2 && x < box[2] + 2 && y > box[1] - 2 && y < box[3] + 2;
}
