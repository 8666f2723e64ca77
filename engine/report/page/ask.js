// The dialog: something to read or to fill in, and a yes or a no.

import { part } from "./dom.js";

export function ask(content, accept = () => {}) {
  part["ask-text"].replaceChildren(...content);
  part["ask-yes"].onclick = () => {
    part.ask.close();
    accept();
  };
  part["ask-no"].onclick = () => part.ask.close();
  if (!part.ask.open) {
    part.ask.showModal();
  }
}
