/* What every part of the page stands on: which pane it is, who the visitor is, elements and dates. */
import { newKey } from "./ask.js";
import { words } from "./strings.js";

export const query = new URLSearchParams(location.search);
export const pane = /^[a-z0-9_-]{1,32}$/.test(query.get("pane") || "") ? query.get("pane") : "me";
export const api = (path) => `api/${pane}/${path}`;
/** @type {(id: string) => Some} */
export const $ = (id) => /** @type {any} */ (document.getElementById(id));

export function make(tag, attributes, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") el.className = value;
    else if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.filter((child) => child !== null && child !== undefined));
  return el;
}

/** @type {{chat: number, who: string, known: boolean, barred: boolean, office: import("../types/wire").AboutOffice | null,
   menu: Array<Record<string, string>>, last: number, more: boolean, oldest: number}} */
export const me = { chat: 0, who: "", known: false, barred: false, office: null, menu: [], last: 0, more: false, oldest: 0 };
// An app may take what stands behind a link in a Chinese sentence for a part of it.
export const start = { key: newKey(), payload: /^[A-Za-z0-9_-]{0,64}/.exec(query.get("start") || "")[0] };

function formatted(at, options) {
  const zone = me.office ? { timeZone: me.office.zone } : {};
  return new Intl.DateTimeFormat(words.locale(), { ...options, ...zone }).format(new Date(at));
}
export const dayOf = (at) => formatted(at, { year: "numeric", month: "long", day: "numeric", weekday: "long" });
export const timeOf = (at) => formatted(at, { hour: "2-digit", minute: "2-digit", hour12: false });
