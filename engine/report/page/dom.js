// Elements of the page; all text goes in as text, never as markup.

import { isArabic, isRightToLeft } from "./language.js";

export const part = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));

export function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "style") {
      Object.assign(node.style, value);
    } else if (name in node) {
      node[name] = value;
    } else {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((child) => child !== ""));
  return node;
}

export function drawing(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A text of any script stands in a box of its own, so that it cannot turn what is beside it around.
// A sentence of a page from right to left may begin with a name in another script: it runs as the page does.
export const bdi = (text, lang) => (text ? make("bdi", lang ? { lang } : { dir: directionOf(text) }, text) : "");

const FROM_RIGHT_TO_LEFT = /[\u0590-\u08ff]/;
const directionOf = (text) => (isRightToLeft() && FROM_RIGHT_TO_LEFT.test(text) ? "rtl" : "auto");

// Both names of something, the one in the script of the language first.
export function bothNames(label, arabic) {
  const names = [bdi(label), bdi(arabic, "ar")];
  return (isArabic() ? names.reverse() : names).filter(Boolean);
}

export const spaced = (nodes) => nodes.flatMap((node, at) => (at ? [" ", node] : [node]));

const FOCUSED = "button, a, input, select, textarea, summary";

// Draws a part anew only if what it shows is another thing: an answer that comes late must take neither the focus
// nor the button under a finger away. What had the focus has it again, if it is still there.
export function redraw(node, key, build) {
  if (node.dataset.drawn === key) {
    return;
  }
  node.dataset.drawn = key;
  const named = (one) => one.getAttribute("aria-label") ?? one.textContent;
  const focus = node.contains(document.activeElement) ? document.activeElement : null;
  const at = focus ? [...node.querySelectorAll(FOCUSED)].indexOf(focus) : -1;
  node.replaceChildren(...build());
  if (at >= 0) {
    const there = [...node.querySelectorAll(FOCUSED)];
    (there.find((one) => named(one) === named(focus)) ?? there[Math.min(at, there.length - 1)])?.focus();
  }
}
