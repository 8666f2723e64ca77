// The switch from one language to another: the page opens anew, where the reader was.

import { make, part } from "./dom.js";
import { spokenCode } from "./language.js";
import { linkOf } from "./link.js";
import { data, iso, shown } from "./state.js";

// A server is asked for a language by the query; a written page has all of them, and a file may know no query.
function speakAnew(lang) {
  const at = { day: iso(shown.day), route: data.routes[shown.route]?.id };
  if (data.served) {
    location.assign(`?${new URLSearchParams({ lang })}${linkOf(at)}`);
    return;
  }
  const changes = (shown.live?.changes ?? []).map(({ change, counts }) => ({ ...change, counts }));
  history.replaceState(null, "", linkOf({ ...at, changes, lang }));
  location.reload();
}

export function beginLanguages() {
  const { names } = data.languages;
  part.language.replaceChildren(...names.map(([value, name]) => make("option", { value, lang: value }, name)));
  part.language.value = spokenCode();
  part.language.addEventListener("change", () => speakAnew(part.language.value));
}
