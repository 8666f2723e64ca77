// Which part of the ground a map shows: moved by the reader, by a click elsewhere, or by another size.

const EDGE_PIXELS = 46; // kept free around what is to be seen, for marks and names

export class View {
  constructor(host) {
    this.host = host;
    this.settled = []; // called after every move
  }

  size() {
    return [Math.max(this.host.clientWidth, 50), Math.max(this.host.clientHeight, 50)];
  }

  fit(bounds) {
    const { low, high } = bounds;
    const free = this.size().map((length) => Math.max(length - 2 * EDGE_PIXELS, length / 2));
    const scale = Math.max((high[0] - low[0]) / free[0], (high[1] - low[1]) / free[1], 0.5);
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

  // Called when the plot has been moved by a hand.
  moved() {
    if (!this.ours) {
      this.fitted = null;
      this.scale = (this.plot.x_range.end - this.plot.x_range.start) / this.size()[0];
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.settle(), 90);
    }
  }

  settle() {
    for (const tell of this.settled) {
      tell();
    }
  }

  zoom(factor) {
    this.look(this.middle(), factor * this.scale);
  }

  // From metres of the map to pixels of the screen, and back. For many points the size is asked for once.
  pixel([east, north], size = this.size()) {
    const { x_range: x, y_range: y } = this.plot;
    const [width, height] = size;
    return [((east - x.start) * width) / (x.end - x.start), height - ((north - y.start) * height) / (y.end - y.start)];
  }

  ground([px, py]) {
    const { x_range: x, y_range: y } = this.plot;
    const [width, height] = this.size();
    return [x.start + (px / width) * (x.end - x.start), y.end - (py / height) * (y.end - y.start)];
  }

  shows([px, py], edge = 0, [width, height] = this.size()) {
    return px >= edge && py >= edge && px <= width - edge && py <= height - edge;
  }
}
