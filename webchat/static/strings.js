/* How the page says its words; the sentences are the office's catalogues, in sentences.js. */
import { DEFAULT, LANGUAGES } from "./sentences.js";

/* The language and the text size, shared by all pages of this browser. */
const keeping = (store) => ({
  get(name) {
    try { return store().getItem(name); } catch { return null; }
  },
  set(name, value) {
    try { store().setItem(name, value); } catch { /* private window: kept for this page only */ }
  },
  drop(name) {
    try { store().removeItem(name); } catch { /* as above */ }
  },
  names() {
    try { return Object.keys(store()); } catch { return []; }
  },
});
export const kept = keeping(() => localStorage);
export const SETTINGS = ["pb-lang", "pb-large"]; // these say nothing of anybody
export const tabs = keeping(() => sessionStorage); // this tab's alone, through reloads

export const words = {
  lang: "",

  say(key, values) {
    const said = LANGUAGES[words.lang].says[key] ?? LANGUAGES[DEFAULT].says[key] ?? key;
    const text = said.forms ? said.forms[words.form(values[said.value], said.forms.length)] : said;
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
  },

  /* Which of a sentence's forms a number takes: they stand in the order that browsers know, too. */
  form(count, forms) {
    const rule = new Intl.PluralRules(words.locale());
    /** @type {string[]} */
    const known = rule.resolvedOptions().pluralCategories;
    const order = ["zero", "one", "two", "few", "many", "other"].filter((one) => known.includes(one));
    return Math.min(order.indexOf(rule.select(count)), forms - 1);
  },

  /* Put the words of the language into everything that is marked for it. */
  dress(root) {
    document.documentElement.lang = words.locale();
    for (const el of root.querySelectorAll("[data-t]")) el.textContent = words.say(el.dataset.t);
    for (const el of root.querySelectorAll("[data-t-label]")) el.setAttribute("aria-label", words.say(el.dataset.tLabel));
    for (const el of root.querySelectorAll("[data-t-place]")) el.placeholder = words.say(el.dataset.tPlace);
  },

  every(key) {
    return Object.fromEntries(Object.entries(LANGUAGES).map(([lang, one]) => [lang, one.says[key]]));
  },

  of(names) {
    return (names && (names[words.lang] || names[DEFAULT] || Object.values(names)[0])) || "";
  },

  locale() {
    return LANGUAGES[words.lang].tag;
  },

  choose(lang) {
    words.lang = lang in LANGUAGES ? lang : DEFAULT;
    kept.set("pb-lang", words.lang);
  },

  /* The language for a browser's tag, the longest beginning first, as the office finds it. */
  ofClient(tag) {
    const parts = tag.toLowerCase().split(/[^a-z0-9]/);
    const starts = parts.map((_, n) => parts.slice(0, parts.length - n).join("-"));
    for (const start of tag ? [...starts, "*"] : []) {
      const found = Object.keys(LANGUAGES).find((id) => LANGUAGES[id].clients.includes(start));
      if (found) return found;
    }
    return DEFAULT;
  },
};
words.lang = kept.get("pb-lang") in LANGUAGES ? kept.get("pb-lang") : words.ofClient(navigator.language || "");
