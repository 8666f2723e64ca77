// The map: roads by holder and condition, paths of the routes in the colour of their status, names.

import { spellOn } from "./days.js";
import { chooseNames, LETTERS, noNames } from "./names.js";

const NEAR_PIXELS = 14;

// How far a point is from a line, in metres of the map.
export function distanceTo({ xs, ys }, x, y) {
  let least = Infinity;
  for (let at = 1; at < xs.length; at += 1) {
    const [dx, dy] = [xs[at] - xs[at - 1], ys[at] - ys[at - 1]];
    const along = dx || dy ? ((x - xs[at - 1]) * dx + (y - ys[at - 1]) * dy) / (dx * dx + dy * dy) : 0;
    const share = Math.min(Math.max(along, 0), 1);
    least = Math.min(least, Math.hypot(x - xs[at - 1] - share * dx, y - ys[at - 1] - share * dy));
  }
  return least;
}

export class RoadMap {
  constructor(data, host, note) {
    this.data = data;
    this.host = host;
    this.note = note;
    this.lines = this.unpack();
    this.interval = 0;
    this.drawn = [];
    this.routesOn = new Map();
    this.roads = new Bokeh.ColumnDataSource({ data: this.noRoads() });
    this.bands = new Bokeh.ColumnDataSource({ data: { xs: [], ys: [], colour: [], edge: [] } });
    this.chosen = new Bokeh.ColumnDataSource({ data: { xs: [], ys: [] } });
    this.spots = new Bokeh.ColumnDataSource({ data: this.placeColumns(data.places) });
    this.crowded = false;
    this.edges = new Bokeh.ColumnDataSource({ data: { x: [], y: [], marker: [], colour: [] } });
    this.told = new Set();
    this.bandNames = [];
    this.names = new Bokeh.ColumnDataSource({ data: noNames() });
  }

  // A click that moves nothing picks the place or the road below it.
  listenForClicks() {
    let began = [0, 0];
    this.host.addEventListener("pointerdown", (event) => {
      began = [event.clientX, event.clientY];
    });
    this.host.addEventListener("pointerup", (event) => {
      if (Math.hypot(event.clientX - began[0], event.clientY - began[1]) < 5) {
        const box = this.host.getBoundingClientRect();
        const found = this.at(event.clientX - box.x, event.clientY - box.y);
        if (found && this.onPick) {
          this.onPick(found);
        }
      }
    });
  }

  // What lies below a point of the map, in pixels: sites by id, the nearest place first.
  at(px, py) {
    const { x_range: x, y_range: y } = this.plot;
    const [width, height] = this.size();
    const east = x.start + (px / width) * (x.end - x.start);
    const north = y.end - (py / height) * (y.end - y.start);
    const [e, n] = this.data.origin;
    const reach = NEAR_PIXELS * this.scale;
    const far = ({ x: one, y: other }) => Math.hypot(one + e - east, other + n - north);
    const place = this.data.places.reduce((best, one) => (best && far(best) <= far(one) ? best : one), null);
    if (place && far(place) <= reach) {
      return [place.id];
    }
    const rows = this.drawn.filter(
      (row) => this.lines[row].low[0] - reach <= east && this.lines[row].high[0] + reach >= east,
    );
    const near = rows
      .map((row) => ({ row, distance: distanceTo(this.lines[row], east, north) }))
      .reduce((best, one) => (best && best.distance <= one.distance ? best : one), null);
    return near && near.distance <= reach ? this.data.sectors.ids[this.data.pieces.sector[near.row]] : null;
  }

  // Roads divided anew by a change: the same ground, other pieces.
  renew() {
    this.lines = this.unpack();
    this.drawn = [];
    this.spots.data = this.placeColumns(this.data.places);
    this.settle();
  }

  // Vertices travel as steps from one to the next; here they become coordinates again.
  unpack() {
    const [east, north] = this.data.origin;
    return this.data.pieces.steps.map((steps) => {
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

  placeColumns(places) {
    const [east, north] = this.data.origin;
    return {
      x: places.map((place) => place.x + east),
      y: places.map((place) => place.y + north),
      en: places.map((place) => place.en),
      ar: places.map((place) => place.ar),
    };
  }

  noRoads() {
    return {
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
    };
  }

  async draw() {
    this.plot = new Bokeh.Plotting.Figure({
      tools: [],
      toolbar_location: null,
      x_axis_type: null,
      y_axis_type: null,
      min_border: 0,
      outline_line_color: null,
      background_fill_color: this.data.colours.ground,
      sizing_mode: "stretch_both",
      lod_threshold: null,
      x_range: new Bokeh.Range1d({ start: 0, end: 1 }),
      y_range: new Bokeh.Range1d({ start: 0, end: 1 }),
    });
    const wheel = new Bokeh.WheelZoomTool();
    this.plot.add_tools(new Bokeh.PanTool(), wheel);
    this.plot.toolbar.active_scroll = wheel;
    this.addLines();
    this.addPlaces();
    this.fit(this.bounds(this.wanted()));
    const view = await Bokeh.Plotting.show(this.plot, this.host);
    this.view = Array.isArray(view) ? view[0] : view;
    this.keepShape();
    for (const property of [this.plot.x_range.properties.end, this.plot.y_range.properties.end]) {
      property.change.connect(() => this.moved());
    }
    this.listenForClicks();
    new ResizeObserver(() => this.keepShape()).observe(this.host);
  }

  addLines() {
    const xy = [{ field: "xs" }, { field: "ys" }];
    const round = { line_cap: "round", line_join: "round" };
    this.plot.multi_line(...xy, { source: this.bands, line_color: { field: "edge" }, line_width: 12, ...round });
    this.plot.multi_line(...xy, { source: this.bands, line_color: { field: "colour" }, line_width: 9.5, ...round });
    this.plot.multi_line(...xy, {
      source: this.chosen,
      line_color: this.data.colours.paper,
      line_width: 5,
      line_alpha: 0.9,
      ...round,
    });
    const roads = this.plot.multi_line(...xy, {
      source: this.roads,
      line_color: { field: "colour" },
      line_width: { field: "width" },
      line_dash: { field: "dash" },
    });
    this.plot.add_tools(
      new Bokeh.HoverTool({
        renderers: [roads],
        line_policy: "interp",
        tooltips:
          "<div><b><bdi>@en</bdi></b> <bdi lang='ar'>@ar</bdi></div><div><bdi>@state</bdi></div>" +
          "<div><bdi>@site</bdi></div><div>reports: <bdi>@reports</bdi></div><div><bdi>@route</bdi></div>",
      }),
    );
  }

  addPlaces() {
    this.plot.scatter(
      { field: "x" },
      { field: "y" },
      {
        source: this.edges,
        marker: { field: "marker" },
        size: 17,
        fill_color: null,
        line_color: { field: "colour" },
        line_width: 2.6,
      },
    );
    const dots = this.plot.scatter(
      { field: "x" },
      { field: "y" },
      {
        source: this.spots,
        size: 6,
        fill_color: this.data.colours.paper,
        line_color: this.data.colours.ink,
        line_width: 1.2,
      },
    );
    for (const halo of [
      { text_outline_color: this.data.colours.ground, text_outline_width: 3 },
      { text_outline_color: null },
    ]) {
      this.plot.text(
        { field: "x" },
        { field: "y" },
        { field: "text" },
        {
          source: this.names,
          anchor: { field: "anchor" },
          x_offset: { field: "dx" },
          y_offset: { field: "dy" },
          text_font_size: `${LETTERS}px`,
          text_line_height: 1.0,
          text_font: this.font(),
          text_color: this.data.colours.ink,
          text_align: { field: "align" },
          ...halo,
        },
      );
    }
    this.plot.add_tools(
      new Bokeh.HoverTool({
        renderers: [dots],
        point_policy: "snap_to_data",
        attachment: "above",
        tooltips: "<div><b><bdi>@en</bdi></b></div><div><bdi lang='ar'>@ar</bdi></div>",
      }),
    );
  }

  font() {
    return getComputedStyle(document.body).fontFamily;
  }

  // What a first look should show: the ways of all routes, or everything where there are none.
  wanted() {
    const rows = new Set(this.data.ways.flat());
    return rows.size ? [...rows] : this.lines.map((_, row) => row);
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

  size() {
    return [Math.max(this.host.clientWidth, 50), Math.max(this.host.clientHeight, 50)];
  }

  fit(bounds) {
    const { low, high } = bounds;
    const [width, height] = this.size();
    const scale = 1.1 * Math.max((high[0] - low[0]) / width, (high[1] - low[1]) / height, 0.5);
    this.look([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2], scale);
    this.fitted = bounds;
  }

  // `scale` is in metres to a pixel, the same in both directions.
  look([x, y], scale) {
    const [width, height] = this.size();
    this.fitted = null;
    this.ours = true;
    this.plot.x_range.setv({ start: x - (scale * width) / 2, end: x + (scale * width) / 2 });
    this.plot.y_range.setv({ start: y - (scale * height) / 2, end: y + (scale * height) / 2 });
    this.ours = false;
    this.scale = scale;
    this.settle();
  }

  // In a window of another size: the same things if the reader has not moved, else the same scale.
  keepShape() {
    if (this.fitted) {
      this.fit(this.fitted);
    } else {
      this.look(this.middle(), this.scale);
    }
  }

  middle() {
    const { x_range: x, y_range: y } = this.plot;
    return [(x.start + x.end) / 2, (y.start + y.end) / 2];
  }

  moved() {
    if (!this.ours) {
      this.fitted = null;
      this.scale = (this.plot.x_range.end - this.plot.x_range.start) / this.size()[0];
      this.soon();
    }
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.settle(), 90);
  }

  // After a move: choose the roads that fit the eye, and the names that fit the room.
  settle() {
    const { rows, least } = this.choose();
    const same = rows.length === this.drawn.length && rows.every((row, at) => row === this.drawn[at]);
    if (!same) {
      this.drawn = rows;
      this.paintRoads();
    }
    this.tellDrawn(rows.length, least);
    this.placeNames();
  }

  choose() {
    const { x_range: x, y_range: y } = this.plot;
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

  tellDrawn(count, least) {
    const parts = [];
    if (least !== null) {
      parts.push(
        `${count} pieces of road drawn, down to class “${this.data.classes[least]}”: zoom in for lesser roads.`,
      );
    }
    if (this.data.left_out) {
      parts.push(
        `${this.data.left_out} pieces of the least classes are left out of this page; they count in the results.`,
      );
    }
    this.note.textContent = parts.join(" ");
    this.note.hidden = !parts.length;
  }

  paintRoads() {
    const columns = this.noRoads();
    const { pieces, sectors, actors, conditions } = this.data;
    for (const row of this.drawn) {
      const sector = pieces.sector[row];
      const spell = spellOn(sectors.begin[sector], this.interval);
      const [en, ar, ref] = pieces.names[pieces.name[row]];
      const holder = actors.at(sectors.holder[sector][spell]);
      const condition = conditions[sectors.condition[sector][spell]];
      columns.xs.push(this.lines[row].xs);
      columns.ys.push(this.lines[row].ys);
      columns.colour.push(holder.colour);
      const width = this.widthOf(row);
      columns.dash.push(condition.dashes.map((widths) => widths * width));
      columns.width.push(width);
      columns.en.push([en, ref].filter(Boolean).join(", ") || "road without a name");
      columns.ar.push(ar);
      const told = sectors.texts[sectors.told[sector][spell]];
      columns.site.push(sectors.site[sector]);
      columns.state.push(told.state);
      columns.route.push((this.routesOn.get(row) ?? []).join("; "));
      columns.reports.push(told.reports.split(";").join(", ") || "none");
    }
    this.roads.data = columns;
  }

  // On a large network, lesser roads are thinner, as on pictures.
  widthOf(row) {
    const { tiers, rank, many_roads: many } = this.data;
    const tier = this.lines.length > many ? tiers.ranks.filter((border) => rank[row] > border).length : 0;
    return Math.max(2.8 * tiers.widths[tier], 0.8);
  }

  // The state of a day: a band for each route, the worst ones last and so on top.
  show(interval, bands, chosen) {
    this.interval = interval;
    this.routesOn = new Map();
    const columns = { xs: [], ys: [], colour: [], edge: [] };
    for (const { rows: way, colour, label } of bands) {
      for (const row of way) {
        columns.xs.push(this.lines[row].xs);
        columns.ys.push(this.lines[row].ys);
        columns.colour.push(colour);
        columns.edge.push(this.data.colours.ink);
        this.routesOn.set(row, [...(this.routesOn.get(row) ?? []), label]);
      }
    }
    this.bands.data = columns;
    this.paintRoads();
    const rows = chosen;
    this.chosen.data = { xs: rows.map((row) => this.lines[row].xs), ys: rows.map((row) => this.lines[row].ys) };
  }

  // The places on which the chosen route hangs, those that would relieve it, and those that reasons name.
  mark(meeting, bandNames) {
    const kinds = [
      [meeting?.causes ?? [], "circle", this.data.colours.ink],
      [meeting?.gain ?? [], "square", this.data.colours.mark],
      [meeting?.loss ?? [], "diamond", this.data.colours.mark],
    ];
    const [east, north] = this.data.origin;
    const columns = { x: [], y: [], marker: [], colour: [] };
    this.told = new Set(kinds.flatMap(([ids]) => ids));
    for (const [ids, marker, colour] of kinds) {
      for (const place of this.data.places.filter(({ id }) => ids.includes(id))) {
        columns.x.push(place.x + east);
        columns.y.push(place.y + north);
        columns.marker.push(marker);
        columns.colour.push(colour);
      }
    }
    this.edges.data = columns;
    this.bandNames = bandNames;
    if (this.scale) {
      this.placeNames();
    }
  }

  // A crowded map leaves out the places that nobody misses.
  choosePlaces() {
    const { x_range: x, y_range: y } = this.plot;
    const [east, north] = this.data.origin;
    const seen = this.data.places.filter(
      (place) =>
        place.x + east >= x.start && place.x + east <= x.end && place.y + north >= y.start && place.y + north <= y.end,
    );
    const crowded = seen.length > this.data.many_places;
    if (crowded !== this.crowded) {
      this.crowded = crowded;
      this.spots.data = this.placeColumns(
        this.data.places.filter((place) => this.told.has(place.id) || !(crowded && place.minor)),
      );
    }
  }

  placeNames() {
    this.choosePlaces();
    const { x_range: x, y_range: y } = this.plot;
    const toPixel =
      ([width, height]) =>
      (east, north) => [
        ((east - x.start) * width) / (x.end - x.start),
        height - ((north - y.start) * height) / (y.end - y.start),
      ];
    const columns = { x: [], y: [], en: [], ar: [] };
    const [east, north] = this.data.origin;
    const shown = this.data.places.filter((place) => !(this.crowded && place.minor && !this.told.has(place.id)));
    const first = shown.filter(({ id }) => this.told.has(id));
    const rest = shown.filter(({ id }) => !this.told.has(id));
    const at = (place) => ({ ...place, x: place.x + east, y: place.y + north });
    for (const name of [...first.map(at), ...this.bandNames, ...rest.map(at)]) {
      for (const key of Object.keys(columns)) {
        columns[key].push(name[key]);
      }
    }
    this.names.data = chooseNames(columns, first.length, toPixel(this.size()), this.size(), this.font());
  }

  zoom(factor) {
    this.look(this.middle(), factor * this.scale);
  }

  // Only on the reader's word: this is the one thing that asks the network for anything.
  baseMap(wanted) {
    if (wanted && !this.tiles) {
      const source = new Bokeh.WMTSTileSource({
        url: "https://tile.openstreetmap.org/{Z}/{X}/{Y}.png",
        max_zoom: 19,
        attribution: "© OpenStreetMap contributors",
      });
      this.tiles = new Bokeh.TileRenderer({ tile_source: source, level: "image", alpha: 0.55 });
      this.plot.renderers = [this.tiles, ...this.plot.renderers];
    }
    if (this.tiles) {
      this.tiles.visible = wanted;
    }
  }
}
