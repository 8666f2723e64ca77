// The cause of a status as a drawing: the ground that decides, who overlooks it, and where the path is broken.

import { middleOf, nearestOn } from "./roads.js";

// Of the chosen route on a day: `rows` of its path that bring its status about, `spots` amid each stretch of them
// with the state in words, `looks` from the ground that overlooks them, and the sites that the reasons `tell` of.
export function causeOf(roads, path, causes, mark) {
  const drawn = { rows: [], spots: [], looks: [], told: [] };
  for (const cause of causes) {
    drawn.told.push(...cause.sites, ...(cause.over ? [cause.over] : []));
    if (mark) {
      addCause(drawn, roads, path, cause);
    }
  }
  return drawn;
}

function addCause(drawn, roads, path, cause) {
  const { ids } = roads.data.sectors;
  const covered = (row) => ids[roads.data.pieces.sector[row]].some((id) => cause.sites.includes(id));
  const stretches = stretchesOf(path, covered);
  for (const stretch of stretches) {
    const [x, y] = middleOf(roads.lines[longestOf(roads, stretch)]);
    drawn.spots.push({ x, y, text: cause.named });
  }
  const rows = stretches.flat();
  drawn.rows.push(...rows);
  const from = cause.over && roads.spot(cause.over);
  if (from && rows.length) {
    const onto = rows
      .map((row) => nearestOn(roads.lines[row], ...from))
      .reduce((best, one) => (one.distance < best.distance ? one : best));
    if (onto.distance > 0) {
      drawn.looks.push({ from, onto: [onto.x, onto.y] });
    }
  }
}

// The stretches of a path of which something holds without a gap.
export function stretchesOf(path, holds) {
  const found = [];
  path.forEach((row, at) => {
    if (holds(row)) {
      if (at && holds(path[at - 1])) {
        found.at(-1).push(row);
      } else {
        found.push([row]);
      }
    }
  });
  return found;
}

function longestOf(roads, rows) {
  const length = (row) => {
    const { low, high } = roads.lines[row];
    return Math.hypot(high[0] - low[0], high[1] - low[1]);
  };
  return rows.reduce((best, row) => (length(row) > length(best) ? row : best));
}
