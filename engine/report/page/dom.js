// Elements of the page; all text goes in as text, never as markup.

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
export const bdi = (text, lang) => (text ? make("bdi", lang ? { lang } : { dir: "auto" }, text) : "");

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
