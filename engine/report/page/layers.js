// The layers of a map, from the lowest to the highest, and how each of them looks.

import { inOrder, isRightToLeft, tr } from "./language.js";
import { LETTERS } from "./names.js";

const XY = [{ field: "x" }, { field: "y" }];
const LINES = [{ field: "xs" }, { field: "ys" }];
const ROUND = { line_cap: "round", line_join: "round" };
const SPANS = { x_start: { field: "x0" }, y_start: { field: "y0" }, x_end: { field: "x1" }, y_end: { field: "y1" } };

// `sources` has the columns of each layer: a map.
export function addLayers(plot, sources, colours, font) {
  addLines(plot, sources, colours);
  addCauses(plot, sources, colours);
  addPlaces(plot, sources, colours);
  addNames(plot, sources, colours, font);
}

const tooltip = (...lines) =>
  lines.map((line) => `<div dir='${isRightToLeft() ? "rtl" : "ltr"}'>${line}</div>`).join("");

function nameTags() {
  const [first, second] = inOrder("<bdi>@en</bdi>", "<bdi lang='ar'>@ar</bdi>");
  return [`<b>${first}</b>`, second];
}

function addLines(plot, sources, { ink, paper }) {
  const line = (source, look) => plot.multi_line(...LINES, { source, ...ROUND, ...look });
  line(sources.decides, { line_color: ink, line_width: 19 });
  line(sources.decides, { line_color: paper, line_width: 15 });
  line(sources.bands, { line_color: { field: "edge" }, line_width: 12 });
  line(sources.bands, { line_color: { field: "colour" }, line_width: 9.5 });
  line(sources.chosen, { line_color: paper, line_width: 5, line_alpha: 0.9 });
  const roads = plot.multi_line(...LINES, {
    source: sources.roads,
    line_color: { field: "colour" },
    line_width: { field: "width" },
    line_dash: { field: "dash" },
  });
  plot.add_tools(
    new Bokeh.HoverTool({
      renderers: [roads],
      line_policy: "interp",
      tooltips: tooltip(
        nameTags().join(" "),
        "<bdi>@state</bdi>",
        "<bdi>@site</bdi>",
        tr("reports: {ids}").replace("{ids}", "<bdi>@reports</bdi>"),
        "<bdi>@route</bdi>",
      ),
    }),
  );
}

// Where the path is broken, and from where ground that decides is overlooked.
function addCauses(plot, sources, { ink, paper }) {
  for (const [line_color, line_width] of [
    [paper, 9],
    [ink, 4.5],
  ]) {
    plot.scatter(...XY, { source: sources.breaks, marker: "x", size: 21, line_color, line_width });
  }
  const look = { line_color: ink, line_width: 2.2, line_dash: "dashed" };
  const head = new Bokeh.NormalHead({ size: 13, fill_color: ink, line_color: paper });
  plot.add_layout(new Bokeh.Arrow({ ...SPANS, ...look, end: head, source: sources.looks, level: "glyph" }));
}

function addPlaces(plot, sources, { ink, paper, mark }) {
  for (const [line_color, line_width] of [
    [paper, 7],
    [mark, 3.4],
  ]) {
    const look = { marker: { field: "marker" }, size: { field: "size" }, fill_color: null, line_color, line_width };
    plot.scatter(...XY, { source: sources.edges, ...look });
  }
  const ring = { size: 30, fill_color: null, line_color: ink, line_width: 1.6, line_dash: "dashed" };
  plot.scatter(...XY, { source: sources.picked, ...ring });
  const dot = { size: 6, fill_color: paper, line_color: ink, line_width: 1.2 };
  const dots = plot.scatter(...XY, { source: sources.spots, ...dot });
  plot.add_tools(
    new Bokeh.HoverTool({
      renderers: [dots],
      point_policy: "snap_to_data",
      attachment: "above",
      tooltips: tooltip(...nameTags()),
    }),
  );
}

function addNames(plot, sources, { ink, ground }, font) {
  const text = { text_font_size: `${LETTERS}px`, text_line_height: 1.0, text_font: font };
  plot.multi_line(...LINES, { source: sources.leaders, line_color: ink, line_width: 0.8 });
  for (const halo of [{ text_outline_color: ground, text_outline_width: 3 }, { text_outline_color: null }]) {
    plot.text(
      ...XY,
      { field: "text" },
      {
        source: sources.names,
        anchor: { field: "anchor" },
        x_offset: { field: "dx" },
        y_offset: { field: "dy" },
        text_color: ink,
        text_align: { field: "align" },
        ...text,
        ...halo,
      },
    );
  }
  plot.text(
    ...XY,
    { field: "text" },
    {
      source: sources.banners,
      anchor: "center",
      text_color: { field: "ink" },
      text_font_style: "bold",
      background_fill_color: { field: "colour" },
      border_line_color: ink,
      border_radius: 4,
      padding: 3,
      ...text,
    },
  );
}
