// The language of the page: its messages, numbers, days and names. English stands in the scripts and in the template;
// each other language stands in the page as the plain values of its catalogue, with the texts that the engine made.

const ENGLISH = {
  code: "en",
  direction: "ltr",
  months: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  messages: {},
  eastern: false,
};
const EASTERN = "٠١٢٣٤٥٦٧٨٩";
const EASTERN_DIGITS = "-u-nu-arab"; // behind the code of a language, as BCP 47 has it
const [RIGHT_TO_LEFT, ISOLATE, POP] = ["\u2067", "\u2068", "\u2069"];
const PLURALS = ["zero", "one", "two", "few", "many", "other"];
let spoken = ENGLISH;

export function speak(language) {
  spoken = { ...ENGLISH, ...language };
}

export const isRightToLeft = () => spoken.direction === "rtl";
export const isEnglish = () => spoken.code === "en";
export const isArabic = () => spoken.code === "ar";
export const spokenCode = () => `${spoken.code}${spoken.eastern ? EASTERN_DIGITS : ""}`;

// ---- messages; scripts/catalogues.py finds them by the names of these functions

export const marked = (message) => message;
export const tr = (message, values) => filled(translated("", message), values);
export const trc = (context, message, values) => filled(translated(context, message), values);
export const trn = (one, many, n, values) => filled(formOf(one, many, n), { n, ...values });

// The same with elements among the values: a list of texts and elements.
export const trNodes = (message, values) => filledNodes(translated("", message), values);
export const trnNodes = (one, many, n, values) => filledNodes(formOf(one, many, n), { n, ...values });

function translated(context, message) {
  const key = context ? `${context}\u0004${message}` : message;
  const found = Object.hasOwn(spoken.messages, key) ? [spoken.messages[key]].flat()[0] : "";
  return found || message;
}

// Catalogues have the forms of a language in the order of its categories; those of fractions and millions are last.
function formOf(one, many, n) {
  const forms = Object.hasOwn(spoken.messages, one) ? [spoken.messages[one]].flat() : [];
  const rules = new Intl.PluralRules(spoken.code);
  const known = rules.resolvedOptions().pluralCategories;
  const at = PLURALS.filter((name) => known.includes(name)).indexOf(rules.select(n));
  return forms[Math.min(at, forms.length - 1)] || (n === 1 ? one : many);
}

const BRACES = /\{(\w+)\}/;

function filled(text, values) {
  return values ? text.replace(new RegExp(BRACES, "g"), (_, name) => valueText(values[name])) : text;
}

function filledNodes(text, values) {
  return text
    .split(BRACES)
    .map((piece, at) => (at % 2 ? nodeOf(values[piece]) : piece))
    .filter((piece) => piece !== "");
}

const nodeOf = (value) => (typeof value === "object" ? value : valueText(value));
const valueText = (value) => (typeof value === "number" ? numeral(value) : isolated(String(value ?? "")));

// A name stands by itself, so that its direction turns nothing round that stands beside it. A text that holds names
// has the direction of the language: those in isolates do not count as its first letters.
export const isolated = (text) =>
  text && isRightToLeft() ? `${text.includes(ISOLATE) ? RIGHT_TO_LEFT : ISOLATE}${text}${POP}` : text;

// A whole text that is drawn upon a canvas, which knows no direction by itself.
export const directed = (text) => (isRightToLeft() ? `${RIGHT_TO_LEFT}${text}${POP}` : text);

// ---- numbers, days, names and lists

export const numeral = (value) => inDigits(String(value));

function inDigits(text) {
  return spoken.eastern ? text.replace(/\d/g, (digit) => EASTERN[digit]) : text;
}

// A whole number in digits of either kind.
export const numberOf = (text) =>
  Number([...text].map((digit) => (EASTERN.includes(digit) ? EASTERN.indexOf(digit) : digit)).join(""));

export const monthName = (month) => spoken.months[month];
export const shortMonth = (month) => spoken.short?.[month] ?? monthName(month).slice(0, 3);

// Reports that a reader adds say so, unless they name a source.
export const sourceText = (source) => (source === "what if" ? tr("what if") : source);

// Reports by their ids; rows of the baseline have none of their own.
export const reportNames = (ids) => listing(ids.split(";").map((id) => (id === "baseline" ? tr("baseline") : id)));

// A day such as 2014-12-20: as it is in English, which no reader mistakes; else in words.
export function dayText(iso) {
  if (isEnglish() || !iso) {
    return iso;
  }
  const [year, month, day] = iso.split("-").map(Number);
  return inDigits(`${day} ${spoken.months[month - 1]} ${year}`);
}

// What to call something that has a name in both scripts; and both of them, the one of the language first.
export const called = (label, arabic) => (isArabic() ? arabic || label : label || arabic) ?? "";
export const inOrder = (label, arabic) => (isArabic() ? [arabic, label] : [label, arabic]);

export function listing(texts, last = "") {
  const comma = tr("{first}, {next}", { first: "", next: "" });
  const begin = texts.slice(0, last ? -1 : undefined).map(isolated);
  if (!last || texts.length < 2) {
    return texts.map(isolated).join(comma);
  }
  const ends = { first: begin.join(comma), last: texts.at(-1) };
  return last === "and" ? tr("{first} and {last}", ends) : tr("{first} or {last}", ends);
}

export const sentencesOf = (texts) => texts.map(isolated).join(tr("{first}; {next}", { first: "", next: "" }));

// ---- the template: its texts are messages, too

const TOLD = ["aria-label", "title", "placeholder"];
const WORD = /\p{L}{2}/u;

export function translateTemplate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    texts.push(walker.currentNode);
  }
  for (const node of texts) {
    const text = node.data.trim();
    if (WORD.test(text) && !node.parentElement.closest("script, style, noscript, bdi, code")) {
      node.data = node.data.replace(text, () => templateText(node.parentElement, text));
    }
  }
  for (const name of TOLD) {
    for (const node of root.querySelectorAll(`[${name}]`)) {
      node.setAttribute(name, templateText(node, node.getAttribute(name)));
    }
  }
}

const templateText = (node, text) => translated(node.dataset.context ?? "", text.replace(/\s+/g, " "));

// ---- what the page has

// Texts in another language lie over those of the page: numbers are positions in the list of them.
export function overlaid(base, over, texts) {
  if (typeof over === "number") {
    return texts[over];
  }
  if (over === null || over === undefined) {
    return base;
  }
  if (Array.isArray(over)) {
    return base.map((one, at) => overlaid(one, over[at], texts));
  }
  return {
    ...base,
    ...Object.fromEntries(Object.keys(over).map((key) => [key, overlaid(base[key], over[key], texts)])),
  };
}

// The language that an address asks for, behind ? or #.
export function languageAsked({ search, hash }) {
  const asked = [search, hash].map((part) => new URLSearchParams(part.replace(/^[?#]/, "")).get("lang"));
  return asked.find(Boolean) ?? "";
}

// The data of the page in the language that is asked for, which is spoken from now on.
export function spokenData(data, address) {
  const { own, of } = data.languages;
  const asked = languageAsked(address);
  const code = Object.hasOwn(of, asked) ? asked : asked.split("-")[0]; // a region has no catalogue of its own
  const chosen = Object.hasOwn(of, code) ? code : own.replace(EASTERN_DIGITS, "");
  const { over, texts, ...language } = of[chosen];
  const eastern = (chosen === code ? asked : own).endsWith(EASTERN_DIGITS);
  speak({ code: chosen, eastern, ...language });
  const digits = eastern && !data.served ? texts?.map(withDigits) : texts;
  return overlaid(data, over, digits ?? []);
}

// Numbers in a text of the engine, but not those in ids and names of roads such as E12.
export const withDigits = (text) => text.replace(/(?<![\w-])\d[\d.,]*(?![\w-])/g, (digits) => inDigits(digits));

export const pageData = globalThis.document
  ? spokenData(JSON.parse(document.getElementById("data").textContent), location)
  : null;

if (pageData) {
  document.documentElement.lang = spokenCode();
  document.documentElement.dir = spoken.direction;
  translateTemplate(document.body);
  const heading = document.querySelector("h1 bdi");
  if (heading) {
    heading.textContent = pageData.title;
    document.title = pageData.title;
  }
}
