// The map: roads by holder and condition, paths of the routes in the colour of their status, causes and names.

import { called, tr, trn } from "./language.js";
import { addLayers } from "./layers.js";
import { itemsOf } from "./lettering.js";
import { bannerColumns, LETTERS, nameColumns, placeNames } from "./names.js";
import { noRoads, Roads } from "./roads.js";
import { View } from "./view.js";

const NEAR_PIXELS = 14;

export class RoadMap extends View {
  constructor(data, host, note = null) {
    super(host);
    this.data = data;
    this.note = note;
    this.net = new Roads(data);
    this.drawn = [];
    this.routesOn = new Map();
    this.crowded = false;
    this.scene = null;
    const source = (columns) => new Bokeh.ColumnDataSource({ data: columns });
    this.roads = source(noRoads());
    this.bands = source({ xs: [], ys: [], colour: [], edge: [] });
    this.chosen = source({ xs: [], ys: [] });
    this.decides = source({ xs: [], ys: [] });
    this.breaks = source({ x: [], y: [] });
    this.looks = source({ x0: [], y0: [], x1: [], y1: [] });
    this.edges = source({ x: [], y: [], marker: [], size: [] });
    this.picked = source({ x: [], y: [] });
    this.spots = source(this.placeColumns(data.places));
    this.names = source({ x: [], y: [], text: [], align: [], anchor: [], dx: [], dy: [] });
    this.leaders = source({ xs: [], ys: [] });
    this.banners = source({ x: [], y: [], text: [], colour: [], ink: [] });
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
        const [x, y] = this.ground([event.clientX - box.x, event.clientY - box.y]);
        const found = this.net.at(x, y, NEAR_PIXELS * this.scale, this.drawn);
        if (found && this.onPick) {
          this.onPick(found);
        }
      }
    });
  }

  // Roads divided anew by a change: the same ground, other pieces.
  renew() {
    this.net.unpack();
    this.drawn = [];
    this.dotted = null;
    this.settle();
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

  async draw() {
    const { colours } = this.data;
    this.plot = new Bokeh.Plotting.Figure({
      tools: [],
      toolbar_location: null,
      x_axis_type: null,
      y_axis_type: null,
      min_border: 0,
      outline_line_color: null,
      background_fill_color: colours.ground,
      sizing_mode: "stretch_both",
      lod_threshold: null,
      x_range: new Bokeh.Range1d({ start: 0, end: 1 }),
      y_range: new Bokeh.Range1d({ start: 0, end: 1 }),
    });
    const wheel = new Bokeh.WheelZoomTool();
    this.plot.add_tools(new Bokeh.PanTool(), wheel);
    this.plot.toolbar.active_scroll = wheel;
    addLayers(this.plot, this, colours, this.font());
    this.fit(this.net.bounds(this.wanted()));
    const view = await Bokeh.Plotting.show(this.plot, this.host);
    this.view = Array.isArray(view) ? view[0] : view;
    this.keepShape();
    for (const property of [this.plot.x_range.properties.end, this.plot.y_range.properties.end]) {
      property.change.connect(() => this.moved());
    }
    this.listenForClicks();
    new ResizeObserver(() => this.keepShape()).observe(this.host);
  }

  font() {
    return getComputedStyle(document.body).fontFamily;
  }

  // What a first look should show: the paths of all routes, or everything where there are none.
  wanted() {
    const rows = new Set(this.data.paths.flat());
    return rows.size ? [...rows] : this.net.lines.map((_, row) => row);
  }

  // After a move: choose the roads that fit the eye, and the names that fit the room.
  settle() {
    const { rows, least } = this.net.choose(this.plot.x_range, this.plot.y_range);
    if (rows.length !== this.drawn.length || rows.some((row, at) => row !== this.drawn[at])) {
      this.drawn = rows;
      this.paintRoads();
    }
    this.tellDrawn(rows.length, least);
    this.placeNames();
    super.settle();
  }

  tellDrawn(count, least) {
    if (!this.note) {
      return;
    }
    const parts = [];
    if (least !== null) {
      parts.push(
        tr("{n} pieces of road drawn, down to class “{name}”: zoom in for lesser roads.", {
          n: count,
          name: this.data.class_words[least],
        }),
      );
    }
    if (this.data.left_out) {
      parts.push(
        trn(
          "{n} piece of the least classes is left out of this page; it counts in the results.",
          "{n} pieces of the least classes are left out of this page; they count in the results.",
          this.data.left_out,
        ),
      );
    }
    this.note.textContent = parts.join(" ");
    this.note.hidden = !parts.length;
  }

  paintRoads() {
    if (this.scene) {
      this.roads.data = this.net.columns(this.drawn, this.scene.interval, this.routesOn);
    }
  }

  linesOf(rows) {
    return { xs: rows.map((row) => this.net.lines[row].xs), ys: rows.map((row) => this.net.lines[row].ys) };
  }

  // The state of a day: a band for each route, the worst ones last and so on top, and the cause of the chosen one.
  show(scene) {
    this.scene = scene;
    this.routesOn = new Map();
    for (const { rows, status, route } of scene.bands) {
      for (const row of rows) {
        this.routesOn.set(row, [
          ...(this.routesOn.get(row) ?? []),
          tr("{label}: {status}", { label: called(route.label, route.label_ar), status: status.label }),
        ]);
      }
    }
    const rows = scene.bands.flatMap((band) => band.rows);
    const colour = scene.bands.flatMap((band) => band.rows.map(() => band.status.colour));
    this.bands.data = { ...this.linesOf(rows), colour, edge: rows.map(() => this.data.colours.ink) };
    this.chosen.data = this.linesOf(scene.path);
    this.showCause(scene);
    this.paintRoads();
    if (this.scale) {
      this.placeNames();
    }
  }

  showCause({ cause, mark, loss, gain }) {
    const broken = mark === "break" ? cause.spots : [];
    this.decides.data = this.linesOf(cause.rows);
    this.breaks.data = { x: broken.map(({ x }) => x), y: broken.map(({ y }) => y) };
    this.looks.data = {
      x0: cause.looks.map(({ from }) => from[0]),
      y0: cause.looks.map(({ from }) => from[1]),
      x1: cause.looks.map(({ onto }) => onto[0]),
      y1: cause.looks.map(({ onto }) => onto[1]),
    };
    const columns = { x: [], y: [], marker: [], size: [] };
    for (const [ids, marker, size] of [
      [loss, "diamond", 22],
      [gain, "square", 17],
    ]) {
      for (const [x, y] of ids.map((id) => this.net.spot(id)).filter(Boolean)) {
        columns.x.push(x);
        columns.y.push(y);
        columns.marker.push(marker);
        columns.size.push(size);
      }
    }
    this.edges.data = columns;
  }

  // Marks what the reader chose.
  pick(spot) {
    this.picked.data = spot ? { x: [spot[0]], y: [spot[1]] } : { x: [], y: [] };
  }

  // A crowded map leaves out the places that nobody misses.
  choosePlaces() {
    const { places, many_places: many } = this.data;
    const [east, north] = this.data.origin;
    const size = this.size(); // asked for once: each question makes the browser lay out the page
    const seen = places.filter((place) => this.shows(this.pixel([place.x + east, place.y + north], size), 0, size));
    this.crowded = seen.length > many;
    const shown = places.filter((place) => !(this.crowded && place.minor) || this.scene?.told.has(place.id));
    const key = this.crowded ? shown.map(({ id }) => id).join() : "all";
    if (key !== this.dotted) {
      this.dotted = key;
      this.spots.data = this.placeColumns(shown);
    }
    return shown;
  }

  placeNames() {
    const places = this.choosePlaces();
    if (!this.scene) {
      return;
    }
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${LETTERS}px ${this.font()}`;
    const placed = placeNames(itemsOf(this, places), this.size(), (line) => pen.measureText(line).width);
    const ground = (at) => this.ground(at);
    const { columns, leaders } = nameColumns(placed, ground);
    this.names.data = columns;
    this.leaders.data = leaders;
    this.banners.data = bannerColumns(placed, ground);
  }

  // Only on the reader's word: this is the one thing that asks the network for anything.
  baseMap(wanted) {
    if (wanted && !this.tiles) {
      const source = new Bokeh.WMTSTileSource({
        url: "https://tile.openstreetmap.org/{Z}/{X}/{Y}.png",
        max_zoom: 19,
        attribution: tr("© OpenStreetMap contributors"),
      });
      this.tiles = new Bokeh.TileRenderer({ tile_source: source, level: "image", alpha: 0.55 });
      this.plot.renderers = [this.tiles, ...this.plot.renderers];
    }
    if (this.tiles) {
      this.tiles.visible = wanted;
    }
  }
}
