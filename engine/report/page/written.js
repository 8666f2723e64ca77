// The written page's side of what needs the engine: one change, looked up in what was computed in advance.

import { dayNumber, intervalAt, isoOf, spellOn } from "./days.js";
import { RefusedError } from "./engine.js";
import { called, dayText, tr } from "./language.js";

const NUMBERS = 6; // of an answer: interval, its last one, first and last day of the change, status, ground
const more = () => tr("This page answers one change by itself. For more, open the scenario with “supplyline open”.");
const unknown = () =>
  tr(
    "Reasons, paths, margins and probabilities with the change are not on this page: open the scenario with “supplyline open”.",
  );

// What a change is, as the page's table knows it; refused with a reason where it does not.
export function entryOf(page, change) {
  const { whatif } = page;
  const event = change?.event;
  if (change?.change !== "add" || typeof event !== "object" || event === null) {
    throw new RefusedError([more()]);
  }
  const value = event.actor ? `${event.kind}:${event.actor}` : event.kind;
  const kind = whatif.kinds.findIndex((one) => one.value === value);
  const asked = ["date", "site", "kind", "actor", "source", "note", "confidence"];
  const others = Object.keys(event).filter((key) => !asked.includes(key));
  const site = page.sites.find(({ id }) => id === event.site);
  if (!site) {
    throw new RefusedError([tr("There is no place or road {name}.", { name: event.site })]);
  }
  if (!Object.hasOwn(whatif.sites, event.site)) {
    throw new RefusedError([
      `${tr("What {name} would change is not on this page.", { name: called(site.en, site.ar) })} ${more()}`,
    ]);
  }
  if (kind < 0 || others.length || (event.confidence ?? 1) !== 1) {
    throw new RefusedError([more()]);
  }
  const day = dayNumber(page.start, event.date);
  if (!(day >= 0 && day < page.borders.at(-1))) {
    throw new RefusedError([tr("{day} lies outside the run.", { day: dayText(event.date) })]);
  }
  return { site, kind, day };
}

// The answer on an interval of the page to a change of a day; none where nothing differs.
function answerOn(cells, interval, day) {
  for (let at = 0; at < cells.length; at += NUMBERS) {
    const [from, to, first, last, status, ground] = cells.slice(at, at + NUMBERS);
    if (from <= interval && interval <= to && first <= day && (last < 0 || day <= last)) {
      return { status, ground };
    }
  }
  return null;
}

// What is different on the page with a change, in the form in which the served engine tells it.
export function afterwards(page, change) {
  const { site, kind, day } = entryOf(page, change);
  const { whatif } = page;
  const end = page.borders.at(-1);
  const until = whatif.lasts === null ? end : Math.min(day + whatif.lasts, end);
  const borders = [...new Set([...page.borders, day, until])].sort((one, other) => one - other);
  const cells = whatif.sites[site.id][kind];
  const heard = whatif.heard === null || day <= whatif.heard;
  const intervals = borders.slice(0, -1).map((border) => {
    const before = intervalAt(page.borders, border);
    const counts = heard && day <= border && border < until;
    return { before, answer: counts ? answerOn(cells, before, day) : null };
  });
  return {
    borders,
    ...(whatif.sector ? { pieces: { ...page.pieces, sector: whatif.sector } } : {}),
    sectors: sectorsWith(page, intervals),
    reports: [...page.reports, reportOf(page, { site, kind, day, heard })],
    routes: page.routes.map(({ status }, at) => ({
      status: intervals.map(({ before, answer }) => {
        const moved = answer && whatif.statuses[answer.status].find(([route]) => route === at);
        return moved ? moved[1] : status[before];
      }),
    })),
  };
}

// Who holds which ground: as on the page, but for what the answers say.
function sectorsWith(page, intervals) {
  const { sectors, whatif } = page;
  const rows = whatif.within ?? sectors.site.map((_, row) => row);
  const spells = rows.map((row) => intervals.map(({ before }) => spellOn(sectors.begin[row], before)));
  const over = (column) => rows.map((row, at) => spells[at].map((spell) => sectors[column][row][spell]));
  const found = { holder: over("holder"), condition: over("condition"), told: over("told") };
  const texts = [...sectors.texts, ...whatif.texts.map((state) => ({ state, reports: tr("with the change") }))];
  intervals.forEach(({ answer }, at) => {
    const ground = answer ? whatif.grounds[answer.ground] : [];
    for (let from = 0; from < ground.length; from += 4) {
      const [sector, holder, condition, text] = ground.slice(from, from + 4);
      found.holder[sector][at] = holder;
      found.condition[sector][at] = condition;
      found.told[sector][at] = sectors.texts.length + text;
    }
  });
  const begin = rows.map(() => intervals.map((_, at) => at));
  return {
    ...found,
    begin,
    site: rows.map((row) => sectors.site[row]),
    ids: rows.map((row) => sectors.ids[row]),
    texts,
  };
}

function reportOf(page, { site, kind, day, heard }) {
  const said = page.whatif.kinds[kind];
  return {
    id: "what-if-1",
    day,
    date: isoOf(page.start, day),
    site: site.en,
    site_ar: site.ar,
    believed: heard,
    confidence: 1,
    source: "what if",
    note: "",
    kind: said.kind,
    actor: said.actor,
    defender: "",
    range: "",
    reported: "",
    until: "",
  };
}

export class Written {
  constructor(page) {
    this.page = page;
    this.past = [];
    this.future = [];
    this.changes = [];
    this.live = this.told();
  }

  // What the page shows of the changes, as the served engine tells it.
  told() {
    const counting = this.changes.filter(({ counts }) => counts);
    return {
      revision: (this.live?.revision ?? -1) + 1,
      base: 0,
      changes: this.changes.map(({ change, counts }) => ({ change, counts, text: this.sentence(change) })),
      undo: this.past.length,
      redo: this.future.length,
      sets: [],
      kept: true,
      problems: [],
      after: counting.length ? afterwards(this.page, counting[0].change) : null,
    };
  }

  sentence(change) {
    const { site, kind, day } = entryOf(this.page, change);
    const said = this.page.whatif.kinds[kind];
    const values = {
      site: called(site.en, site.ar),
      kind: said.kind,
      actor: said.actor,
      day: dayText(isoOf(this.page.start, day)),
    };
    return said.actor ? tr("{site} {kind} by {actor} on {day}", values) : tr("{site} {kind} on {day}", values);
  }

  word(status) {
    return this.page.statuses?.find(({ word }) => word === status)?.label ?? status;
  }

  async act(action) {
    if (action.do === "undo" || action.do === "redo") {
      const [from, to] = action.do === "undo" ? [this.past, this.future] : [this.future, this.past];
      if (from.length) {
        to.push(this.changes);
        this.changes = from.pop();
      }
    } else {
      const wanted = this.wanted(action);
      wanted.forEach(({ change }) => {
        entryOf(this.page, change);
      });
      this.past.push(this.changes);
      this.future = [];
      this.changes = wanted;
    }
    this.live = this.told();
    return this.live;
  }

  wanted(action) {
    const added = { add: [action.change], set: action.changes }[action.do];
    const wanted = {
      remove: () => this.changes.filter((_, at) => at !== action.at),
      switch: () => this.changes.map((one, at) => (at === action.at ? { ...one, counts: !one.counts } : one)),
      set: () => added.map(({ counts, ...change }) => ({ change, counts: counts !== false })),
      add: () => [...this.changes, { change: action.change, counts: true }],
    }[action.do]?.();
    if (!wanted || wanted.length > 1) {
      throw new RefusedError([more()]);
    }
    return wanted;
  }

  // Before the change all is as on the page; from its day on, only what was computed in advance.
  async day(day) {
    const { after, changes } = this.live;
    const { page } = this;
    const from = entryOf(page, changes.find(({ counts }) => counts).change).day;
    const interval = intervalAt(after.borders, day);
    const before = intervalAt(page.borders, day);
    return {
      interval,
      routes: page.routes.map((route, at) => {
        if (day < from) {
          return { path: page.paths[route.path[before]], why: route.why[before], meeting: route.meeting[before] };
        }
        const [was, now] = [route.status[before], after.routes[at].status[interval]];
        const values = {
          label: called(route.label, route.label_ar),
          now: this.word(now),
          before: this.word(was),
        };
        const first =
          was === now
            ? tr("{label}: {now}, as without the change.", values)
            : tr("{label}: {now} instead of {before}.", values);
        return {
          path: [],
          why: { causes: [], unknown: unknown() },
          meeting: { first, lines: [{ head: tr("With the change"), text: unknown() }] },
        };
      }),
    };
  }
}
