// The map of a sketch: an SVG over Web Mercator with a picture or a base map below, places and roads above.

import { drawing } from "./dom.js";
import { courseOf, nameOf } from "./drawn.js";
import { fromMercator, groundScale, toMercator } from "./fit.js";

const TILE = 256;
const WORLD = 2 * Math.PI * 6378137;
const MOST_ZOOM = 18;
const CLICK_PIXELS = 5;
const NEAR_PIXELS = 12;

export class SketchMap {
  constructor(host) {
    this.host = host;
    this.middle = [0, 0];
    this.scale = WORLD / 1000;
    this.layers = Object.fromEntries(
      ["tiles", "picture", "roads", "places", "points"].map((name) => [name, drawing("g", { class: name })]),
    );
    this.host.replaceChildren(...Object.values(this.layers));
    this.shown = { sketch: { places: [], roads: [] }, pending: [], points: [], chosen: null };
    this.listen();
    new ResizeObserver(() => this.render()).observe(host);
  }

  get width() {
    return Math.max(this.host.clientWidth, 50);
  }

  get height() {
    return Math.max(this.host.clientHeight, 50);
  }

  onScreen([x, y]) {
    return [(x - this.middle[0]) / this.scale + this.width / 2, this.height / 2 - (y - this.middle[1]) / this.scale];
  }

  inWorld([px, py]) {
    return [this.middle[0] + (px - this.width / 2) * this.scale, this.middle[1] - (py - this.height / 2) * this.scale];
  }

  look(middle, scale) {
    this.middle = middle;
    this.scale = Math.min(Math.max(scale, 0.2), WORLD / 300);
    this.render();
    this.onLook?.();
  }

  zoom(factor, at = [this.width / 2, this.height / 2]) {
    const held = this.inWorld(at);
    const scale = this.scale * factor;
    this.look([held[0] + (this.middle[0] - held[0]) * factor, held[1] + (this.middle[1] - held[1]) * factor], scale);
  }

  // Shows some points [x, y] of the map with room around them.
  fit(points, leastMetres = 4000) {
    if (!points.length) {
      return;
    }
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [x1, x2, y1, y2] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = 1.3 * Math.max((x2 - x1) / this.width, (y2 - y1) / this.height, leastMetres / this.width);
    this.look([(x1 + x2) / 2, (y1 + y2) / 2], scale);
  }

  listen() {
    let began = null;
    const spot = (event) => {
      const box = this.host.getBoundingClientRect();
      return [event.clientX - box.x, event.clientY - box.y];
    };
    this.host.addEventListener("pointerdown", (event) => {
      began = { at: spot(event), middle: this.middle, place: this.placeAt(spot(event)), moved: false };
      this.host.setPointerCapture(event.pointerId);
    });
    this.host.addEventListener("pointermove", (event) => {
      if (!began) {
        return;
      }
      const [dx, dy] = spot(event).map((one, axis) => one - began.at[axis]);
      began.moved ||= Math.hypot(dx, dy) >= CLICK_PIXELS;
      if (!began.moved) {
        return;
      }
      if (began.place !== null && this.onMove) {
        this.onMove(began.place, fromMercator(this.inWorld(spot(event))), false);
      } else {
        this.look([began.middle[0] - dx * this.scale, began.middle[1] + dy * this.scale], this.scale);
      }
    });
    this.host.addEventListener("pointerup", (event) => {
      const { moved, place } = began ?? { moved: true, place: null };
      began = null;
      const world = this.inWorld(spot(event));
      if (!moved) {
        this.onClick?.(this.placeAt(spot(event)), world);
      } else if (place !== null && this.onMove) {
        this.onMove(place, fromMercator(world), true);
      }
    });
    this.host.addEventListener("pointercancel", () => {
      began = null;
    });
    this.host.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, spot(event));
      },
      { passive: false },
    );
  }

  // The key of the place at a point of the screen; null where there is none.
  placeAt([px, py]) {
    let [best, least] = [null, NEAR_PIXELS];
    for (const { key, lat, lon } of this.shown.sketch.places) {
      const [x, y] = this.onScreen(toMercator([lat, lon]));
      const far = Math.hypot(x - px, y - py);
      if (far <= least) {
        [best, least] = [key, far];
      }
    }
    return best;
  }

  show(shown) {
    Object.assign(this.shown, shown);
    this.render();
  }

  render() {
    this.renderTiles();
    this.renderPicture();
    const { sketch, pending, points, chosen } = this.shown;
    const line = (course, more) => {
      const at = course.map((one) => this.onScreen(toMercator(one)).join(",")).join(" ");
      return drawing("polyline", { points: at, ...more });
    };
    this.layers.roads.replaceChildren(
      ...sketch.roads.map((road) => {
        const isChosen = road.key === chosen ? " chosen" : "";
        return line(courseOf(sketch, road), { class: `road ${road.highway}${isChosen}` });
      }),
      ...(pending.length ? [line(pending, { class: "pending" })] : []),
    );
    this.layers.places.replaceChildren(
      ...sketch.places.flatMap((place) => {
        const [x, y] = this.onScreen(toMercator([place.lat, place.lon]));
        const name = drawing("text", { x: x + 9, y: y + 4, direction: place.name ? "ltr" : "rtl" });
        name.textContent = nameOf(place);
        const dot = { cx: x, cy: y, r: 6, class: place.key === chosen ? "place chosen" : "place" };
        return [drawing("circle", dot), name];
      }),
    );
    this.layers.points.replaceChildren(
      ...points.flatMap((world, at) => {
        const [x, y] = this.onScreen(world);
        const name = drawing("text", { x: x + 9, y: y - 6 });
        name.textContent = at + 1;
        return [drawing("path", { d: `M${x - 9},${y}h18M${x},${y - 9}v18` }), name];
      }),
    );
  }

  // A picture {url, size, matrix}: the matrix leads from its pixels to the map.
  renderPicture() {
    const { picture } = this.shown;
    if (!picture) {
      this.layers.picture.replaceChildren();
      return;
    }
    const [a, b, c, d, e, f] = picture.matrix;
    const s = this.scale;
    const [x, y] = this.onScreen([c, f]);
    const transform = `matrix(${a / s} ${-d / s} ${b / s} ${-e / s} ${x} ${y})`;
    if (this.layers.picture.firstChild?.getAttribute("href") !== picture.url) {
      const [width, height] = picture.size;
      const image = drawing("image", { href: picture.url, width, height, preserveAspectRatio: "none" });
      this.layers.picture.replaceChildren(image);
    }
    this.layers.picture.firstChild.setAttribute("transform", transform);
  }

  renderTiles() {
    if (!this.shown.tiles) {
      this.layers.tiles.replaceChildren();
      return;
    }
    const level = Math.min(Math.max(Math.round(Math.log2(WORLD / TILE / this.scale)), 0), MOST_ZOOM);
    const size = WORLD / 2 ** level;
    const [west, north] = this.inWorld([0, 0]).map((one, axis) => (axis ? WORLD / 2 - one : one + WORLD / 2) / size);
    const across = Math.ceil((this.width * this.scale) / size);
    const down = Math.ceil((this.height * this.scale) / size);
    const wanted = [];
    for (let x = Math.floor(west); x <= west + across; x += 1) {
      for (let y = Math.floor(north); y <= north + down; y += 1) {
        if (x >= 0 && y >= 0 && x < 2 ** level && y < 2 ** level && wanted.length < 120) {
          const [px, py] = this.onScreen([x * size - WORLD / 2, WORLD / 2 - y * size]);
          const edge = size / this.scale + 0.5;
          const href = `${this.shown.tiles}/${level}/${x}/${y}.png`;
          wanted.push(drawing("image", { href, x: px, y: py, width: edge, height: edge }));
        }
      }
    }
    this.layers.tiles.replaceChildren(...wanted);
  }

  // Kilometres that a bar of some pixels stands for, in the middle of the view.
  barKilometres(pixels) {
    return (pixels * this.scale * groundScale(fromMercator(this.middle)[0])) / 1000;
  }
}
