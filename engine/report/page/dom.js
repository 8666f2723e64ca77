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
