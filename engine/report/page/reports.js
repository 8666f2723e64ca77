// The reports, filtered and by date.

import { bdi, bothNames, make, part, spaced } from "./dom.js";
import { dayText, listing, sourceText, tr, trNodes, trn } from "./language.js";
import { toPlace } from "./maps.js";
import { data, go, shown } from "./state.js";
import { reportButtons } from "./whatif.js";

const MOST_LISTED = 500; // so many stand in the list at a time: more are slow to draw

export function sure(report) {
  const share = Math.round(report.confidence * 100);
  return report.believed ? tr("confidence {share} %", { share }) : tr("confidence {share} %, not believed", { share });
}

function wantedReports() {
  const from = { until: -Infinity, week: shown.day - 6, all: -Infinity }[part.span.value];
  const to = part.span.value === "all" ? Infinity : shown.day;
  const words = part.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  return data.reports
    .map((report, row) => ({ report, row }))
    .filter(({ report }) => {
      const text = Object.values(report).join(" ").toLowerCase();
      return (
        report.id !== "baseline" &&
        report.day >= from &&
        report.day <= to &&
        (report.believed || !part.believed.checked) &&
        words.every((word) => text.includes(word))
      );
    })
    .sort((one, other) => other.report.day - one.report.day || other.row - one.row);
}

let listed = { reports: null, rows: "" };

// An answer that comes later draws the page again: the list stays as it is unless it differs, so that
// neither focus nor a click under way is lost.
export function renderReports(sought = -1) {
  const wanted = wantedReports();
  const first = Math.max(0, wanted.findIndex(({ row }) => row === sought) + 1 - MOST_LISTED);
  const rows = [shown.day, first, ...wanted.map(({ row }) => row)].join();
  if (listed.reports === data.reports && listed.rows === rows && shown.live === listed.live) {
    return;
  }
  listed = { reports: data.reports, rows, live: shown.live };
  const total = data.reports.filter(({ id }) => id !== "baseline").length;
  part.counted.textContent = tr("{found} of {total}", { found: wanted.length, total });
  const some = wanted.slice(first, first + MOST_LISTED);
  const left = wanted.length - some.length;
  part.reports.replaceChildren(
    ...some.map(({ report, row }) => reportItem(report, row)),
    ...(left ? [make("li", { className: "more" }, leftOut(left))] : []),
  );
}

function leftOut(n) {
  return trn(
    "{n} more is found: search for a word, or for fewer days.",
    "{n} more are found: search for a word, or for fewer days.",
    n,
  );
}

function reportItem(report, row) {
  const { actor, defender, range, reported, until } = report;
  const who = listing(
    [actor && tr("actor {name}", { name: actor }), defender && tr("defender {name}", { name: defender })].filter(
      Boolean,
    ),
  );
  const when = listing(
    [
      range,
      reported && tr("reported {day}", { day: dayText(reported) }),
      until && tr("until {day}", { day: dayText(until) }),
    ].filter(Boolean),
  );
  const time = make("time", { dateTime: report.date }, dayText(report.date));
  const goTo = make("button", { type: "button", title: tr("Show this day and place") }, time);
  goTo.addEventListener("click", () => {
    go(report.day);
    toPlace(report.place);
  });
  const body = make(
    "div",
    { className: "body" },
    make(
      "span",
      { className: "what" },
      ...spaced(bothNames(report.site, report.site_ar)),
      `: ${report.kind}`,
      who ? " · " : "",
      bdi(who),
    ),
    make(
      "span",
      { className: "sure" },
      `${sure(report)} · `,
      ...trNodes("source: {name}", { name: bdi(sourceText(report.source) || tr("none given")) }),
      when ? ` · ${when}` : "",
    ),
    bdi(report.note),
    ...reportButtons(report),
  );
  const state = [report.day === shown.day ? "today" : "", report.believed ? "" : "doubted"].filter(Boolean).join(" ");
  return make("li", { id: `report-${row}`, className: state }, goTo, body);
}

export function findReport(row) {
  part.span.value = "all";
  part.words.value = "";
  part.believed.checked = false;
  renderReports(row);
  const item = document.getElementById(`report-${row}`);
  item.classList.add("found");
  item.scrollIntoView({ block: "nearest" });
}

export function beginReports() {
  for (const control of [part.span, part.words, part.believed]) {
    control.addEventListener("input", () => renderReports());
  }
}
