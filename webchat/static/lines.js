/* The log: lines in their places; in a wide window the newest list stands on the left, what was opened
   from it on the right. */
import { ask } from "./ask.js";
import { $, api, dayOf, me } from "./base.js";
import { lineElement } from "./drawing.js";
import { toast } from "./passing.js";
import { dropPending, outbox, showPending } from "./pending.js";
import { inPlace, nearEnd, toEnd } from "./scrolling.js";
import { words } from "./strings.js";
import { composer } from "./writing.js";

/** @type {Map<number, {line: import("../types/wire").Line, el: HTMLElement}>} */
export const lines = new Map();

export function forget() {
  for (const { el } of lines.values()) el.remove();
  lines.clear();
  beside = null;
  Object.assign(me, { last: 0, more: false, oldest: 0 });
}

/** @param {import("../types/wire").History} history */
export function showHistory({ lines: got, more }) {
  quietly(() => {
    for (const line of got) {
      heard(line);
      place(line);
    }
    me.oldest = got.length ? got[0].id : 0;
    me.more = more;
    afterLines();
  });
  toEnd();
}

/* Old lines are not news: a screen reader is not to read them all out. */
export function quietly(work) {
  const log = $("log");
  log.setAttribute("aria-live", "off");
  work();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
}

export async function earlier() {
  const button = $("earlier");
  button.disabled = true;
  try {
    /** @type {import("../types/wire").History} */
    const { lines: got, more } = await ask(api(`log?before=${me.oldest}`));
    const before = document.scrollingElement.scrollHeight;
    quietly(() => {
      for (const line of got) place(line);
      me.oldest = got.length ? got[0].id : me.oldest;
      me.more = more;
      afterLines();
    });
    scrollBy({ top: document.scrollingElement.scrollHeight - before, behavior: "instant" });
    if (got.length) focusLine(got[got.length - 1].id);
  } catch {
    toast(words.say("offline"));
  } finally {
    button.disabled = false;
  }
}

/** @param {import("../types/wire").Line} line */
export function receive(line) {
  const known = lines.get(line.id);
  if (!known && me.oldest && line.id < me.oldest) return; // older than what is shown
  const mine = known && known.line.who === "me";
  const stay = nearEnd();
  heard(line);
  if (!place(line)) return;
  if (mine && !saidByMe()) composer.text = ""; // whoever wrote here has left
  afterLines();
  if (beside && beside.line.id === line.id) return; // the list stands in view, beside the chat
  if (stay || (line.who === "me" && !known)) toEnd(line.id);
  else if (!known) $("newer").hidden = false;
}

function saidByMe() {
  return [...lines.values()].some(({ line }) => line.who === "me" && line.text);
}

/* The page has all news up to this line. Earlier ones, asked for, say nothing of that: one of them may
   have changed after news that is still to come. */
/** @param {import("../types/wire").Line} line */
export function heard(line) {
  me.last = Math.max(me.last, line.seq);
}

/* Put a line in its place, new or changed; false when it is known already. */
/** @param {import("../types/wire").Line} line */
function place(line) {
  const known = lines.get(line.id);
  if (known && known.line.seq >= line.seq) return false;
  const focused = known && known.el.contains(document.activeElement) ? document.activeElement : null;
  const el = lineElement(line);
  if (known) {
    known.el.replaceWith(el);
    Object.assign(known, { line, el }); // the same entry: it may stand beside the chat
  } else {
    lines.set(line.id, { line, el });
    insert(line.id, el);
  }
  if (focused) refocus(el, focused.dataset.data);
  dropPending(line.key);
  return true;
}

function insert(id, el) {
  let next = null;
  for (let old = $("log").lastElementChild; old && Number(old.dataset.id) > id; old = old.previousElementSibling) next = old;
  $("log").insertBefore(el, next);
}

const roomy = matchMedia("(min-width: 64em)");
/** @type {{line: import("../types/wire").Line, el: HTMLElement} | null} */
let beside = null; // the line that stands in #side

function newestList() {
  let found = null;
  for (const shown of lines.values()) if (shown.line.list && (!found || shown.line.id > found.line.id)) found = shown;
  return found;
}

export function layOut() {
  const wanted = roomy.matches ? newestList() : null;
  const focused = $("side").contains(document.activeElement);
  if (beside && beside !== wanted && beside.el.parentElement === $("side")) insert(beside.line.id, beside.el);
  beside = wanted;
  $("side").hidden = !wanted;
  document.body.classList.toggle("wide", Boolean(wanted));
  if (!wanted || wanted.el.parentElement === $("side")) return;
  $("side").replaceChildren(wanted.el);
  wanted.el.querySelector(".day").hidden = true;
  $("side").scrollTop = 0;
  if (focused) $("side").querySelector(".key")?.focus({ preventScroll: true });
}

roomy.addListener(() => inPlace(afterLines)); // older Safari knows no other way

/* F6 goes round: the list, the newest message with buttons, the text box. Arrows go through buttons. */
function round(back) {
  const last = [...$("log").querySelectorAll(".line:not(.list) .keys")].filter((keys) => keys.checkVisibility()).pop();
  const places = [$("side").hidden ? null : $("side").querySelector(".key"), last?.querySelector(".key"), $("text")].filter(Boolean);
  const here = places.findIndex((el) => el === document.activeElement || el.closest(".keys, aside")?.contains(document.activeElement));
  places[(here + (back ? places.length - 1 : 1) + places.length) % places.length].focus();
  document.activeElement.scrollIntoView({ block: "nearest", behavior: "instant" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F6") {
    event.preventDefault();
    round(event.shiftKey);
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const keys = step && event.target.closest(".keys");
  if (!keys) return;
  const all = [...keys.querySelectorAll(".key")];
  const next = all[all.indexOf(/** @type {Element} */ (event.target)) + step];
  if (next) next.focus();
  event.preventDefault();
});

/* The button that had the focus is gone with the edit: stay where the reader was. */
function refocus(el, data) {
  const same = [...el.querySelectorAll("button[data-data]")].find((button) => button.dataset.data === data);
  const target = el.hidden ? $("text") : same || el.querySelector(".keys button, .keys a");
  if (target) target.focus({ preventScroll: true });
  else focusLine(Number(el.dataset.id));
}

function focusLine(id) {
  const shown = lines.get(id);
  if (!shown) return;
  shown.el.tabIndex = -1;
  shown.el.focus({ preventScroll: true });
}

function afterLines() {
  layOut();
  $("earlier").hidden = !me.more;
  $("intro").hidden = lines.size > 0;
  let day = "";
  for (const el of $("log").children) {
    if (el.hidden) continue;
    const { line } = lines.get(Number(el.dataset.id));
    const own = dayOf(line.at);
    const head = el.querySelector(".day");
    head.textContent = own;
    head.hidden = own === day;
    day = own;
  }
}

export function redraw() {
  if (beside) insert(beside.line.id, beside.el);
  beside = null;
  for (const shown of lines.values()) {
    const el = lineElement(shown.line);
    shown.el.replaceWith(el);
    shown.el = el;
  }
  afterLines();
  $("pending").replaceChildren();
  for (const item of outbox.items) showPending(item);
}
