// What is taken along: a link, a citation, the picture of the map, the table of statuses.

import { ask } from "./ask.js";
import { make, part } from "./dom.js";
import { directed, isRightToLeft, spokenCode, tr } from "./language.js";
import { linkOf } from "./link.js";
import { citation } from "./meeting.js";
import { data, iso, say, shown, spellsOf } from "./state.js";

// `told` says what was copied, `what` what it is, `asked` is for a browser that lets no page copy.
async function copy(text, { told, what, asked }) {
  try {
    await navigator.clipboard.writeText(text);
    say(told);
  } catch {
    ask([make("p", {}, asked), make("textarea", { value: text, readOnly: true, rows: 5, cols: 50, ariaLabel: what })]);
    part.ask.querySelector("textarea").select();
  }
}

function copyLink() {
  const asked = data.served || spokenCode() === data.languages.own ? "" : spokenCode();
  const changes = (shown.live?.changes ?? []).map(({ change, counts }) => ({ ...change, counts }));
  const link = linkOf({ day: iso(shown.day), route: data.routes[shown.route]?.id, changes, lang: asked });
  history.replaceState(null, "", link);
  copy(location.href, {
    told: tr("Copied the link."),
    what: tr("the link"),
    asked: tr("Copy the link from here:"),
  });
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(tr("Saved {name}.", { name }));
}

const MARGIN = 8;
const LINE = 16;

// The map as it stands, with the citation below it.
async function savePicture(map) {
  const drawn = map.view.export("png", false).canvas;
  const scale = drawn.width / map.size()[0];
  const sheet = make("canvas", { width: drawn.width, height: drawn.height + scale * (3 * LINE + MARGIN) });
  const pen = sheet.getContext("2d");
  pen.fillStyle = data.colours.paper;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(drawn, 0, 0);
  pen.fillStyle = data.colours.ink;
  pen.font = `${11 * scale}px sans-serif`;
  pen.textAlign = isRightToLeft() ? "right" : "left";
  const edge = isRightToLeft() ? sheet.width - MARGIN * scale : MARGIN * scale;
  wrapped(citation(), (text) => pen.measureText(text).width < sheet.width - 2 * MARGIN * scale)
    .slice(0, 3)
    .forEach((line, row) => {
      pen.fillText(directed(line), edge, drawn.height + scale * LINE * (row + 1));
    });
  sheet.toBlob((blob) => save(blob, `map-${iso(shown.day)}.png`));
}

function wrapped(text, fits) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && fits(longer)) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

// The spells of every route; cells are guarded against spreadsheets by the engine.
function saveTable() {
  const quote = (cell) => `"${String(cell).replaceAll('"', '""')}"`;
  const rows = data.routes.flatMap((route) =>
    spellsOf(route).map(({ status, start, end }) => [route.cell, status, iso(start), iso(end - 1)]),
  );
  const lines = [["route", "status", "first day", "last day"], ...rows].map((row) => row.map(quote).join(","));
  save(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" }), "statuses.csv");
}

export function beginShare(map) {
  part["copy-link"].addEventListener("click", copyLink);
  part["copy-citation"].addEventListener("click", () =>
    copy(citation(), {
      told: tr("Copied the citation."),
      what: tr("the citation"),
      asked: tr("Copy the citation from here:"),
    }),
  );
  part.picture.addEventListener("click", () => savePicture(map));
  part.sheet.addEventListener("click", saveTable);
}
