// The keys of the page: days, changes, play.

import { part } from "./dom.js";
import { isRightToLeft } from "./language.js";
import { go, lastDay, play, shown, toChange } from "./state.js";

function onKey(event) {
  if (event.target.matches("input, select, textarea") && event.target !== part.day) {
    return;
  }
  const ahead = isRightToLeft() ? -1 : 1; // time runs as the language does: the keys follow what the eye sees
  const step = { ArrowLeft: -ahead, ArrowRight: ahead }[event.key];
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
