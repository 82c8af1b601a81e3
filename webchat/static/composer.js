/* A box that somebody writes into: what is in it is counted before it is sent, and kept on this
   device until it is, through reloads too. */
import { sameUser } from "./outbox.js";
import { kept, tabs, words } from "./strings.js";

const NEARLY = 0.8; // of the longest text: from there on the count is shown

export class Composer {
  constructor(name, box, note) {
    this.name = name;
    this.box = box;
    this.note = note;
    this.longest = Number(box.dataset.longest);
    this.chat = 0;
    const saved = this.saved();
    if (saved.text) box.value = saved.text;
    box.addEventListener("input", () => this.changed());
    this.tell();
  }

  /* What was written in this tab; in a new one what was written in the last. */
  saved() {
    try { return JSON.parse(tabs.get(this.name) ?? kept.get(this.name)) || {}; } catch { return {}; }
  }

  /* Another person's unsent words are not to be read by this one. */
  belongsTo(chat) {
    const saved = this.saved();
    if (saved.chat && !sameUser(saved.chat, chat) && this.box.value === saved.text) this.box.value = "";
    this.chat = chat;
    this.changed();
  }

  get text() {
    return this.box.value.trim();
  }

  set text(text) {
    this.box.value = text;
    this.changed();
  }

  /* Characters as the office counts them: an emoji is one. */
  get length() {
    return Array.from(this.text).length;
  }

  get fits() {
    return this.length <= this.longest;
  }

  changed() {
    const before = tabs.get(this.name);
    const now = this.box.value ? JSON.stringify({ chat: this.chat || this.saved().chat || 0, text: this.box.value }) : "";
    if (now) kept.set(this.name, now);
    else if (before === null || kept.get(this.name) === before) kept.drop(this.name); // else it's another tab's
    tabs.set(this.name, now || "{}");
    this.tell();
  }

  /* How long it is, once that matters; read out only where it is too much. */
  tell() {
    const count = this.length;
    const over = count > this.longest;
    this.note.setAttribute("aria-live", over ? "polite" : "off");
    this.note.classList.toggle("over", over);
    this.note.textContent = count < this.longest * NEARLY ? "" : words.say(over ? "too_long" : "count", { count, limit: this.longest });
    this.box.setAttribute("aria-invalid", String(over));
    if (!over) this.box.removeAttribute("aria-invalid");
  }
}

/* What is pasted is read in a document of its own, in which nothing runs; the page allows no other markup. */
const pasted = window.trustedTypes?.createPolicy("pasted", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

/* Pasted words with the addresses behind them, which plain text leaves out. */
export function withAddresses(text, html) {
  let at = 0, whole = text;
  for (const link of new DOMParser().parseFromString(pasted.createHTML(html || ""), "text/html").querySelectorAll("a[href]")) {
    const address = link.getAttribute("href").trim();
    const shown = link.textContent.trim();
    if (!/^(https?:|mailto:|tel:)/i.test(address) || whole.includes(address.replace(/^(https?:\/\/|mailto:|tel:)|\/$/gi, ""))) continue;
    const found = shown ? whole.indexOf(shown, at) : -1;
    const end = found < 0 ? whole.length : found + shown.length;
    const added = ` <${address}>`;
    whole = whole.slice(0, end) + added + whole.slice(end);
    at = end + added.length;
  }
  return whole;
}
