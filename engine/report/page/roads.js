// The roads of a map: where they run, which of them to draw, and in what look on a day.

import { spellOn } from "./days.js";
import { reportNames, sentencesOf, tr } from "./language.js";

// How far a point is from a line, and the nearest point of it, in metres of the map.
export function nearestOn({ xs, ys }, x, y) {
  let best = { distance: Infinity, x: xs[0], y: ys[0] };
  for (let at = 1; at < xs.length; at += 1) {
    const [dx, dy] = [xs[at] - xs[at - 1], ys[at] - ys[at - 1]];
    const along = dx || dy ? ((x - xs[at - 1]) * dx + (y - ys[at - 1]) * dy) / (dx * dx + dy * dy) : 0;
    const share = Math.min(Math.max(along, 0), 1);
    const [px, py] = [xs[at - 1] + share * dx, ys[at - 1] + share * dy];
    const distance = Math.hypot(x - px, y - py);
    if (distance < best.distance) {
      best = { distance, x: px, y: py };
    }
  }
  return best;
}

// The point in the middle of a line, by length.
export function middleOf({ xs, ys }) {
  const lengths = xs.slice(1).map((x, at) => Math.hypot(x - xs[at], ys[at + 1] - ys[at]));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    if (length >= left) {
      const share = length ? left / length : 0;
      return [xs[at] + share * (xs[at + 1] - xs[at]), ys[at] + share * (ys[at + 1] - ys[at])];
    }
    left -= length;
  }
  return [xs[0], ys[0]];
}

// What is known of a sector on an interval, and on which interval that began.
export function groundOn(sectors, sector, interval) {
  const spell = spellOn(sectors.begin[sector], interval);
  return {
    begin: sectors.begin[sector][spell],
    holder: sectors.holder[sector][spell],
    condition: sectors.condition[sector][spell],
    ...sectors.texts[sectors.told[sector][spell]],
  };
}

// The same, with the interval since which holder and state are what they are, whoever reported it anew.
export function heldSince(sectors, sector, interval) {
  const now = groundOn(sectors, sector, interval);
  let since = now.begin;
  while (since > 0) {
    const before = groundOn(sectors, sector, since - 1);
    if (before.holder !== now.holder || before.state !== now.state) {
      break;
    }
    since = before.begin;
  }
  return { ...now, since };
}

export const noRoads = () => ({
  xs: [],
  ys: [],
  colour: [],
  dash: [],
  width: [],
  en: [],
  ar: [],
  site: [],
  state: [],
  reports: [],
  route: [],
});

export class Roads {
  constructor(data) {
    this.data = data;
    this.unpack();
  }

  // Vertices travel as steps from one to the next; here they become coordinates again.
  unpack() {
    const [east, north] = this.data.origin;
    this.lines = this.data.pieces.steps.map((steps) => {
      const xs = [],
        ys = [];
      let x = east,
        y = north;
      for (let at = 0; at < steps.length; at += 2) {
        x += steps[at];
        y += steps[at + 1];
        xs.push(x);
        ys.push(y);
      }
      return { xs, ys, low: [Math.min(...xs), Math.min(...ys)], high: [Math.max(...xs), Math.max(...ys)] };
    });
  }

  bounds(rows) {
    const low = [Infinity, Infinity],
      high = [-Infinity, -Infinity];
    for (const row of rows) {
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], this.lines[row].low[axis]);
        high[axis] = Math.max(high[axis], this.lines[row].high[axis]);
      }
    }
    return { low, high };
  }

  // The rows of the ground that a site covers.
  of(site) {
    const { ids } = this.data.sectors;
    return this.data.pieces.sector.flatMap((sector, row) => (ids[sector].includes(site) ? [row] : []));
  }

  // Where a site lies: the point of a place, else the middle of its ground; null if it has none here.
  spot(site) {
    const place = this.data.places.find(({ id }) => id === site);
    if (place) {
      return [place.x + this.data.origin[0], place.y + this.data.origin[1]];
    }
    const rows = this.of(site);
    if (!rows.length) {
      return null;
    }
    const { low, high } = this.bounds(rows);
    return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  }

  // What lies near a point: the ids of sites, the nearest place first; null if nothing does.
  at(x, y, reach, rows) {
    const [east, north] = this.data.origin;
    const far = (place) => Math.hypot(place.x + east - x, place.y + north - y);
    const place = this.data.places.reduce((best, one) => (best && far(best) <= far(one) ? best : one), null);
    if (place && far(place) <= reach) {
      return [place.id];
    }
    let best = { distance: Infinity };
    for (const row of rows) {
      const line = this.lines[row];
      if (line.low[0] - reach <= x && line.high[0] + reach >= x) {
        const { distance } = nearestOn(line, x, y);
        best = distance < best.distance ? { row, distance } : best;
      }
    }
    return best.distance <= reach ? this.data.sectors.ids[this.data.pieces.sector[best.row]] : null;
  }

  // Which rows to draw in a part of the map, the greater classes first, and the least class drawn.
  choose(x, y) {
    const seen = [],
      counts = new Array(this.data.classes.length).fill(0);
    this.lines.forEach(({ low, high }, row) => {
      if (high[0] >= x.start && low[0] <= x.end && high[1] >= y.start && low[1] <= y.end) {
        seen.push(row);
        counts[this.data.rank[row]] += 1;
      }
    });
    let total = 0,
      least = -1;
    for (let rank = 0; rank < counts.length && (least < 0 || total + counts[rank] <= this.data.most_drawn); rank += 1) {
      total += counts[rank];
      least = counts[rank] || least < 0 ? rank : least;
    }
    const thin = seen.length > this.data.most_drawn;
    return {
      rows: thin ? seen.filter((row) => this.data.rank[row] <= least) : this.inFull(seen),
      least: thin ? least : null,
    };
  }

  // A small network is drawn whole at once, so that moving about costs nothing.
  inFull(seen) {
    return this.lines.length <= this.data.most_drawn ? this.lines.map((_, row) => row) : seen;
  }

  // Rows by holder and condition on an interval, with what a pointer on them tells.
  columns(rows, interval, routesOn) {
    const columns = noRoads();
    const { pieces, sectors, actors, conditions } = this.data;
    for (const row of rows) {
      const sector = pieces.sector[row];
      const ground = groundOn(sectors, sector, interval);
      const [en, ar, ref] = pieces.names[pieces.name[row]];
      const condition = conditions[ground.condition];
      const width = this.widthOf(row);
      columns.xs.push(this.lines[row].xs);
      columns.ys.push(this.lines[row].ys);
      columns.colour.push(actors.at(ground.holder).colour);
      columns.dash.push(condition.dashes.map((widths) => widths * width));
      columns.width.push(width);
      columns.en.push([en, ref].filter(Boolean).join(", ") || tr("road without a name"));
      columns.ar.push(ar);
      columns.site.push(sectors.site[sector]);
      columns.state.push(ground.state);
      columns.route.push(sentencesOf(routesOn.get(row) ?? []));
      columns.reports.push(reportNames(ground.reports) || tr("none"));
    }
    return columns;
  }

  // On a large network, lesser roads are thinner, as on pictures.
  widthOf(row) {
    const { tiers, rank, many_roads: many } = this.data;
    const tier = this.lines.length > many ? tiers.ranks.filter((border) => rank[row] > border).length : 0;
    return Math.max(2.8 * tiers.widths[tier], 0.8);
  }
}
