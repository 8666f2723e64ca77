// What is shown: the data, the day and the route; whoever shows them listens.

import { dateAfter, intervalAt, isoOf, spellsIn, wordsOf } from "./days.js";
import { make, part } from "./dom.js";

export const data = JSON.parse(part.data.textContent);
export const lastDay = data.borders.at(-1) - 1;
export const shown = { day: data.on ?? lastDay, route: 0, timer: null, listeners: [] };
const STEP_MS = 450;

export const dateOf = (day) => dateAfter(data.start, day);
export const iso = (day) => isoOf(data.start, day);
export const inWords = (day) => wordsOf(data.start, day);
export const statusOf = Object.fromEntries(
  data.statuses.map((status, severity) => [status.word, { ...status, severity }]),
);
export const css = (word) => statusOf[word].css;
export const chip = (status) => make("span", { className: `status ${css(status)}` }, status);
export const intervalOf = (day) => intervalAt(data.borders, day);
export const spellsOf = (route) => spellsIn(data.borders, route.status);

export function render() {
  for (const listen of shown.listeners) {
    listen();
  }
}

export function go(day) {
  shown.day = Math.min(Math.max(day, 0), lastDay);
  render();
}

export function toChange(step) {
  const borders = data.borders.slice(0, -1);
  const next =
    step > 0 ? borders.find((border) => border > shown.day) : borders.findLast((border) => border < shown.day);
  go(next ?? (step > 0 ? lastDay : 0));
}

export function play(on) {
  clearInterval(shown.timer);
  shown.timer = on ? setInterval(tick, STEP_MS) : null;
  if (on && shown.day === lastDay) {
    go(0);
  }
  part.play.textContent = on ? "❚❚" : "▶";
  part.play.setAttribute("aria-pressed", String(on));
}

function tick() {
  const long = data.borders.at(-1) > 120;
  if (long) {
    toChange(1);
  } else {
    go(shown.day + 1);
  }
  if (shown.day === lastDay) {
    play(false);
  }
}

export function choose(number) {
  shown.route = number;
  render();
}
