// The keys of the page: days, changes, play.

import { part } from "./dom.js";
import { go, lastDay, play, shown, toChange } from "./state.js";

function onKey(event) {
  if (event.target.matches("input, select, textarea") && event.target !== part.day) {
    return;
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step && event.shiftKey) {
    toChange(step);
  } else if (step) {
    go(shown.day + step);
  } else if (event.key === "Home" || event.key === "End") {
    go(event.key === "Home" ? 0 : lastDay);
  } else if (event.key === " " && !event.target.matches("button")) {
    play(shown.timer === null);
  } else {
    return;
  }
  event.preventDefault();
}

export function beginKeys() {
  document.addEventListener("keydown", onKey);
}
