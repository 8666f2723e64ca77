// A link to what is shown: the day, the route and the changes, behind the # of the address.

const MOST_LETTERS = 20000;

export function linkOf({ day, route, changes, lang }) {
  const query = new URLSearchParams();
  if (day) {
    query.set("day", day);
  }
  if (route) {
    query.set("route", route);
  }
  if (changes?.length) {
    query.set("changes", JSON.stringify(changes));
  }
  if (lang) {
    query.set("lang", lang);
  }
  return `#${query}`;
}

// What does not fit is left out: a link may come from anybody.
export function linked(hash) {
  const query = new URLSearchParams(hash.slice(0, MOST_LETTERS).replace(/^#/, ""));
  const found = { day: query.get("day"), route: query.get("route"), changes: [] };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(found.day ?? "")) {
    found.day = null;
  }
  try {
    const changes = JSON.parse(query.get("changes") ?? "[]");
    found.changes = Array.isArray(changes) ? changes.filter((one) => one && typeof one === "object") : [];
  } catch {
    found.changes = [];
  }
  return found;
}
