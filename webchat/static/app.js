/* The chat page: shows the log, sends what the visitor does, keeps the two in step. */
"use strict";

const LARGEST = 20 * 1024 * 1024;
const query = new URLSearchParams(location.search);
const pane = /^[a-z0-9_-]{1,32}$/.test(query.get("pane") || "") ? query.get("pane") : "me";
const api = (path) => `api/${pane}/${path}`;
const $ = (id) => document.getElementById(id);

function make(tag, attributes, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") el.className = value;
    else if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.filter((child) => child !== null && child !== undefined));
  return el;
}

/* ---- the visitor ---- */

const me = { chat: 0, who: "", known: false, barred: false, office: null, menu: [], last: 0, more: false, oldest: 0 };
// An app may take what stands behind a link in a Chinese sentence for a part of it.
const start = { key: newKey(), payload: /^[A-Za-z0-9_-]{0,64}/.exec(query.get("start") || "")[0] };

async function enter() {
  const body = { lang: words.lang, key: start.key };
  if (start.payload) body.start = start.payload;
  const answer = await ask(api("enter"), { json: body, seconds: 45 });
  const moved = me.chat && me.chat !== answer.chat;
  if (moved && !me.known) return bar();
  me.known = false;
  if (moved) forget();
  else if (me.who && me.who !== answer.who) await left(answer.who);
  me.chat = answer.chat;
  me.who = answer.who;
  me.office = answer.office;
  start.payload = "";
  start.key = newKey();
  showOffice();
  showMenu(answer.menu);
  const user = `${answer.chat}/${answer.who}`;
  outbox.belongsTo(user);
  for (const one of [composer, caption]) one.belongsTo(user);
  if (answer.shut) return shutOut();
  if (login.bars) login.close(); // logged in elsewhere
  if (!lines.size) showHistory(answer); // later the stream tells what is new, without a gap
  outbox.run();
}

/* Whoever used this page has left: nothing of theirs stays, on the screen, in this browser, or in its
   other tabs. The office has the browser clear its own store as well, where it knows how. */
const tellTabs = "BroadcastChannel" in window ? new BroadcastChannel("pb-left") : null;

async function left(who, heard) {
  me.who = who;
  stopReplying();
  if (recorder && recorder.state !== "inactive") stopRecording(false);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("no");
  for (const id of ["confirm-list", "pending", "toast", "recorded"]) $(id).replaceChildren();
  for (const id of ["pick-photo", "pick-file"]) $(id).value = "";
  const gone = outbox.clear();
  for (const one of [composer, caption]) one.text = "";
  forget();
  for (const store of [kept, tabs]) {
    for (const name of store.names()) if (name.startsWith("pb-") && !SETTINGS.includes(name)) store.drop(name);
  }
  await gone;
  if (window.caches) for (const name of await caches.keys().catch(() => [])) await caches.delete(name);
  if (heard) return;
  tellTabs?.postMessage("left"); // whatever pane they show: what the browser kept of all is gone
  kept.set("pb-left", String(Date.now())); // for browsers in which tabs hear of nothing else
  kept.drop("pb-left");
}

/* Another tab of this browser has left. */
async function leftElsewhere() {
  if (!me.who) return;
  await left("", true);
  begin();
}

if (tellTabs) tellTabs.onmessage = leftElsewhere;

/* A page that comes back from the browser's memory shows what was on it: it begins anew. */
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("pagehide", () => { if (!me.known) return; for (const { el } of lines.values()) el.hidden = true; });

/* Nothing of an officer's chat is seen before they have logged in; what they wrote stays, and is sent then. */
function shutOut() {
  hangUp();
  if (beside) beside.el.remove();
  forget();
  layOut();
  login.open(async () => { await enter(); connect(); outbox.nudge(); }, true);
}

/* Somebody new again, and nothing was asked in between that the session was good for: it isn't kept. */
function bar() {
  me.chat = 0;
  me.barred = true;
  hangUp();
  if (login.bars) login.close(); // else the words would be behind it
  sayState();
}

/* What keeps the chat from going on, if anything does. */
function sayState() {
  const why = me.barred ? words.say("no_cookies", { phone: me.office.phone }) : netDown ? words.say("offline") : "";
  $("net").textContent = why;
}

/* Programs that look at links on their way, and run them, press nothing: an invitation works once. */
async function mayStart() {
  if (!start.payload.startsWith("i_")) return;
  $("invited").showModal();
  await new Promise((done) => $("invited").addEventListener("close", done, { once: true }));
  if ($("invited").returnValue !== "yes") start.payload = "";
}

/* The link's payload has been handed over: a reload must not hand it over again. */
function tidyAddress() {
  if (!query.has("start")) return;
  query.delete("start");
  const rest = query.toString();
  history.replaceState(null, "", location.pathname + (rest ? `?${rest}` : ""));
}

function showOffice() {
  if (!me.office) return;
  const name = words.of(me.office.names);
  document.title = name;
  $("office").textContent = name;
  $("about-title").textContent = name;
  $("about-address").textContent = words.of(me.office.addresses);
  $("about-hours").textContent = words.of(me.office.hours);
  $("about-phone").textContent = me.office.phone;
  $("about-phone").href = `tel:${me.office.phone.replace(/[^+\d]/g, "")}`;
}

function showMenu(menu) {
  me.menu = menu;
  $("menu-open").hidden = menu.length === 0;
  $("menu-list").replaceChildren(...menu.map((item) => make("li", {}, make("button", {
    type: "button",
    onclick: () => { closePanels(); outbox.add({ type: "say", text: `/${item.command}` }); $("text").focus(); },
  }, item.text))));
}

/* ---- dates ---- */

function formatted(at, options) {
  const zone = me.office ? { timeZone: me.office.zone } : {};
  return new Intl.DateTimeFormat(words.locale(), { ...options, ...zone }).format(new Date(at));
}
const dayOf = (at) => formatted(at, { year: "numeric", month: "long", day: "numeric", weekday: "long" });
const timeOf = (at) => formatted(at, { hour: "2-digit", minute: "2-digit", hour12: false });

/* ---- lines ---- */

const lines = new Map(); // id → { line, el }

function forget() {
  for (const { el } of lines.values()) el.remove();
  lines.clear();
  beside = null;
  Object.assign(me, { last: 0, more: false, oldest: 0 });
}

function showHistory({ lines: got, more }) {
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
function quietly(work) {
  const log = $("log");
  log.setAttribute("aria-live", "off");
  work();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
}

async function earlier() {
  const button = $("earlier");
  button.disabled = true;
  try {
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

function receive(line) {
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
function heard(line) {
  me.last = Math.max(me.last, line.seq);
}

/* Put a line in its place, new or changed; false when it is known already. */
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

/* ---- a wide window: the newest list on the left, what was opened from it on the right ---- */

const roomy = matchMedia("(min-width: 64em)");
let beside = null; // the line that stands in #side

function newestList() {
  let found = null;
  for (const shown of lines.values()) if (shown.line.list && (!found || shown.line.id > found.line.id)) found = shown;
  return found;
}

function layOut() {
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

roomy.addEventListener("change", () => inPlace(afterLines));

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
  const next = all[all.indexOf(event.target) + step];
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

function lineElement(line) {
  const mine = line.who === "me";
  const el = make("div", { class: `line ${mine ? "mine" : "theirs"}${line.list ? " list" : ""}`, "data-id": line.id, "data-seq": line.seq });
  el.hidden = !line.text && !line.files.length && !line.buttons.length;
  const bubble = make("div", { class: "bubble" },
    make("span", { class: "sr" }, words.say(mine ? "me_says" : "office_says")),
    quote(line.reply_to),
    ...line.files.map((file) => fileElement(file, line.id)),
    line.text ? textElement(line) : null);
  el.append(make("p", { class: "day", hidden: true }), bubble, ...keysElements(line), metaElement(line));
  return el;
}

function quote(id) {
  const answered = id && lines.get(id);
  if (!answered) return null;
  return make("p", { class: "quote" }, shortly(answered.line));
}

function shortly(line) {
  const text = (line.text || (line.files[0] && line.files[0].name) || "").replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/* A command chosen from the menu reads as what it does. */
function spoken(text) {
  const item = text.startsWith("/") && me.menu.find((one) => `/${one.command}` === text);
  return item ? item.text : text;
}

function textElement(line) {
  if (line.who === "me") return make("p", { class: "text" }, spoken(line.text));
  const p = make("p", { class: "text" });
  for (const part of line.text.split(/(https?:\/\/[^\s<>"'，。；！？、）】》]+)/)) {
    p.append(/^https?:\/\//.test(part) ? outLink(part, part) : part);
  }
  return p;
}

function outLink(address, text) {
  let url;
  try { url = new URL(address, location.href); } catch { return document.createTextNode(text); }
  if (!["http:", "https:", "tel:", "mailto:"].includes(url.protocol)) return document.createTextNode(text);
  const outside = url.protocol.startsWith("http");
  return make("a", { href: url.href, target: outside && "_blank", rel: outside && "noopener noreferrer" },
    text, outside ? make("span", { class: "sr" }, words.say("opens")) : null);
}

function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function fileElement(file, line) {
  if (file.kind === "archive") { // packed while it is read; a refusal is read where it opens
    return make("a", { class: "attached", href: api(`archive?line=${line}`), target: "_blank" }, make("span", { class: "name" }, file.name));
  }
  const href = api(`file/${file.id}?line=${line}`);
  if (/^image\/(jpeg|png|gif|webp)$/.test(file.mime)) {
    const kind = file.name === "chart.png" ? "picture chart" : "picture"; // a chart is read where it stands
    const img = make("img", { src: `${href}&shown=1`, alt: file.name, loading: "lazy" });
    const link = make("a", { class: kind, href: `${href}&shown=2`, target: "_blank" }, img);
    img.addEventListener("error", () => link.remove()); // too large to be painted, or broken: there is the file
    return make("div", { class: "shown" }, link, attachedElement(file, href));
  }
  if (file.mime.startsWith("audio/")) {
    return make("audio", { controls: true, preload: "none", src: href, "aria-label": `${words.say("voice_name")} ${file.name}` });
  }
  return attachedElement(file, href);
}

function attachedElement(file, href) {
  return make("a", { class: "attached", href, download: file.name }, make("span", { class: "name" }, file.name), " ", make("small", {}, sizeOf(file.size)));
}

/* Rows of buttons: short labels side by side, others stacked. */
function keysElements(line) {
  if (!line.buttons.length) return [];
  const keys = make("div", { class: "keys" });
  for (const row of line.buttons) {
    const short = row.length > 1 && row.every((button) => wide(button.text) <= 10);
    keys.append(make("div", { class: short ? "row short" : "row" }, ...row.map((button) => keyElement(line.id, button))));
  }
  const state = make("p", { class: "state", role: "status" });
  const elements = [keys, state];
  markPress(line.id, keys, state);
  return elements;
}

/* A Chinese character is about two Latin letters wide. */
const wide = (text) => Array.from(text).reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e7f ? 2 : 1), 0);

function keyElement(line, button) {
  if (button.url) {
    const link = outLink(button.url, button.text);
    if (link.classList) link.classList.add("key");
    return link;
  }
  return make("button", { type: "button", class: "key", "data-data": button.data, onclick: () => press(line, button.data) }, button.text);
}

/* While a press is on its way its line can't be pressed again, and says so. */
function markPress(line, keys, state) {
  const item = outbox.pressOf(line);
  for (const button of keys.querySelectorAll("button")) {
    button.setAttribute("aria-disabled", item ? "true" : "false");
    button.classList.toggle("pressed", Boolean(item) && button.dataset.data === item.data);
  }
  state.textContent = item && item.state !== "queued" ? words.say(item.state) : "";
}

function press(line, data) {
  if (outbox.pressOf(line)) return;
  if (data.startsWith("login:")) return login.open(data === "login:again" ? () => pressNext(line) : null, false);
  outbox.add({ type: "press", message: line, data });
}

/* Who was asked once more who they are goes on with what they had pressed. */
function pressNext(line) {
  const shown = lines.get(line);
  const next = shown && shown.line.buttons.flat().find((button) => button.data && !button.data.startsWith("login:"));
  if (next) press(line, next.data);
}

function metaElement(line) {
  const meta = make("p", { class: "meta" }, make("time", { datetime: line.at }, timeOf(line.at)));
  if (line.who === "me") meta.append(" ", ...stateElements(outbox.itemOf(line.key)));
  else if (line.text) meta.append(make("button", { type: "button", class: "plain reply", "aria-label": words.say("reply_to", { text: shortly(line) }), onclick: () => replyTo(line) }, words.say("reply")));
  return meta;
}

function redraw() {
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

/* ---- what is on its way ---- */

function showPending(item) {
  if (item.type === "press") {
    const keys = lines.get(item.message)?.el.querySelector(".keys");
    if (keys) markPress(item.message, keys, keys.nextElementSibling);
    return;
  }
  const logged = [...lines.values()].find(({ line }) => line.key === item.key);
  if (logged) {
    logged.el.querySelector(".meta").replaceWith(metaElement(logged.line));
    return;
  }
  const old = pendingOf(item.key);
  const el = pendingElement(item);
  if (old) old.replaceWith(el);
  else $("pending").append(el);
}

function pendingElement(item) {
  const text = item.type === "place" ? `📍 ${words.say("shared_place")}` : item.text;
  const bubble = make("div", { class: "bubble" },
    make("span", { class: "sr" }, words.say("me_says")),
    item.type === "file" ? make("p", { class: "attached" }, make("span", { class: "name" }, item.name), " ", make("small", {}, sizeOf(item.size))) : null,
    text ? make("p", { class: "text" }, spoken(text)) : null);
  const meta = make("p", { class: `meta ${item.state}` }, ...stateElements(item));
  return make("div", { class: `line mine pending ${item.state}`, "data-key": item.key }, bubble, meta);
}

/* How far something has come, in words; without an item it has arrived. */
function stateElements(item) {
  if (!item) return [make("span", {}, words.say("sent"))];
  const why = item.state === "failed" ? { why: words.of(item.why) || words.say("failed_default") } : undefined;
  const elements = [make("span", { class: "on-way", "data-state": item.state }, words.say(item.state, why))];
  if (item.state === "failed") elements.push(act("retry", () => outbox.again(item)));
  if (["failed", "waiting", "retrying"].includes(item.state)) elements.push(act("remove", () => giveUp(item)));
  return elements;
}

function act(key, onclick) {
  return make("button", { type: "button", class: "plain", onclick }, words.say(key));
}

function giveUp(item) {
  outbox.drop(item);
  $("text").focus();
}

function pendingOf(key) {
  return [...$("pending").children].find((el) => el.dataset.key === key);
}

function dropPending(key) {
  const el = key && pendingOf(key);
  if (el) el.remove();
}

const outbox = new Outbox(pane, {
  api,
  last: () => me.last,
  enter: () => enter(),
  changed(item) {
    const fresh = item.state === "queued";
    showPending(item);
    if (fresh && item.type !== "press") toEnd();
    if (item.state === "waiting") network(false);
  },
  async done(item, answer) {
    me.known = true;
    network(true);
    if (answer.who && me.who && answer.who !== me.who) {
      await left(answer.who);
      return enter().catch(reconnectLater); // shows what was said, and nothing from before
    }
    for (const line of [answer.line, ...(answer.lines || [])]) if (line) receive(line);
    showPending(item);
    dropPending(item.key);
    if (answer.toast) toast(answer.toast);
    wakeStream();
  },
  refused(item) {
    showPending(item);
    if (item.type === "press") toast(words.of(item.why) || words.say("failed_default"));
  },
  dropped(item) {
    showPending(item);
    dropPending(item.key);
  },
});

/* ---- passing words ---- */

let toastTimer = 0;
function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, Math.max(5000, text.length * 200));
}

let netDown = false;
function network(up) {
  if (up === !netDown) return;
  netDown = !up;
  sayState();
  if (up) toast(words.say("online"));
}

/* ---- the stream ---- */

let stream = null;
let streamTries = 0;
let streamTimer = 0;
let hiddenSince = 0;

function hangUp() {
  clearTimeout(streamTimer);
  if (stream) stream.close();
  stream = null;
}

function connect() {
  hangUp();
  stream = new EventSource(api(`events?after=${me.last}`));
  stream.onopen = () => { me.known = true; streamTries = 0; network(true); outbox.nudge(); };
  stream.onerror = reconnectLater;
  stream.addEventListener("line", (event) => receive(JSON.parse(event.data)));
  stream.addEventListener("menu", (event) => {
    const { menu } = JSON.parse(event.data);
    if (JSON.stringify(menu) === JSON.stringify(me.menu)) return;
    showMenu(menu);
  });
  stream.addEventListener("ended", () => { // by somebody else: the page begins anew, and says why
    hangUp();
    streamTries = 2;
    forget();
    reconnect();
  });
  stream.addEventListener("shut", () => {
    hangUp(); // the office has: there is no line to be tried again
    streamTries = 2;
    enter().catch(reconnectLater);
  });
  stream.addEventListener("elsewhere", () => {
    hangUp();
    toast(words.say("elsewhere"));
  });
}

function reconnectLater() {
  hangUp();
  streamTries += 1;
  const seconds = Math.min(30, 2 ** (streamTries - 1)) * (0.8 + 0.4 * Math.random());
  if (!me.barred) streamTimer = setTimeout(reconnect, seconds * 1000);
}

/* The stream doesn't say why it broke: from the second try on, make sure the session lives, and
   ask for the news, for there may be no room for a stream. */
async function reconnect() {
  if (streamTries < 2) return connect();
  try {
    await enter();
    if (me.barred || login.bars) return;
    const { lines: got } = await ask(api(`news?after=${me.last}`));
    me.known = true;
    for (const line of got) receive(line);
    network(true);
    connect();
  } catch {
    network(false);
    reconnectLater();
  }
}

function wakeStream() {
  if (!stream && me.chat && streamTries === 0) connect();
}

function backAgain() {
  streamTries = 0;
  outbox.nudge();
  if (me.chat) connect();
}

addEventListener("online", backAgain);
addEventListener("offline", () => network(false));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenSince = performance.now();
  else if (performance.now() - hiddenSince > 30000 || !stream) backAgain();
});

/* ---- scrolling ---- */

function nearEnd() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < 160;
}

/* To the end; but a new line taller than the window is shown from its beginning. */
function toEnd(id) {
  const page = document.scrollingElement;
  page.scrollTo({ top: page.scrollHeight, behavior: "instant" });
  $("newer").hidden = true;
  const shown = lines.get(id);
  if (!shown) return;
  const seen = innerHeight - document.querySelector(".top").offsetHeight - document.querySelector(".bottom").offsetHeight;
  if (shown.el.offsetHeight > seen) shown.el.scrollIntoView({ block: "start", behavior: "instant" });
}

addEventListener("scroll", () => { if (nearEnd()) $("newer").hidden = true; }, { passive: true });
$("newer").addEventListener("click", () => { toEnd(); $("text").focus(); });
$("earlier").addEventListener("click", earlier);

/* ---- writing ---- */

const composer = new Composer(`pb-text:${pane}`, $("text"), $("count"));
const caption = new Composer(`pb-caption:${pane}`, $("caption"), $("caption-count"));
let replying = 0;

/* Words beside files that weren't sent after all are still somebody's words. */
function keepCaption() {
  if (!caption.text) return;
  composer.text = [composer.text, caption.text].filter(Boolean).join("\n");
  caption.text = "";
  fit();
}

function replyTo(line) {
  replying = line.id;
  $("replying-to").textContent = shortly(line);
  $("replying").hidden = false;
  $("text").focus();
}

function stopReplying() {
  replying = 0;
  $("replying").hidden = true;
}

function fit() {
  const box = $("text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.3)}px`;
}

function send() {
  const { text } = composer;
  if (!text || !composer.fits) return $("text").focus();
  outbox.add({ type: "say", text, reply_to: replying });
  composer.text = "";
  stopReplying();
  fit();
  $("text").focus();
}

$("say").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("text").addEventListener("input", fit);
$("text").addEventListener("keydown", (event) => {
  // While a Chinese word is being composed, Enter belongs to the input method.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});
$("text").addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  const text = event.clipboardData.getData("text/plain");
  if (text.trim()) { // a word processor puts a picture of the text beside the text
    const whole = withAddresses(text, event.clipboardData.getData("text/html"));
    if (whole === text) return;
    event.preventDefault();
    document.execCommand("insertText", false, whole);
    return;
  }
  if (!files.length) return;
  event.preventDefault();
  chosen(files);
});
$("replying-stop").addEventListener("click", () => { stopReplying(); $("text").focus(); });

/* ---- the two small panels ---- */

const panels = [["menu-open", "menu"], ["attach-open", "attach"]];

function closePanels() {
  for (const [button, panel] of panels) {
    $(panel).hidden = true;
    $(button).setAttribute("aria-expanded", "false");
  }
}

for (const [button, panel] of panels) {
  $(button).addEventListener("click", () => {
    const open = $(panel).hidden;
    closePanels();
    $(panel).hidden = !open;
    $(button).setAttribute("aria-expanded", String(open));
    if (open) $(panel).querySelector("button").focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const [button, panel] of panels) {
    if ($(panel).hidden) continue;
    closePanels();
    $(button).focus();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".panel, [aria-controls]")) closePanels();
});

/* ---- files ---- */

function chosen(files) {
  const list = files.slice(0, 10);
  const wrong = list.filter((file) => file.size > LARGEST || !file.size);
  const good = list.filter((file) => !wrong.includes(file));
  const notes = wrong.map((file) => words.say(file.size ? "too_large" : "empty_file", { name: file.name }));
  if (files.length > 10) notes.push(words.say("too_many"));
  $("confirm-error").textContent = notes.join(" ");
  $("confirm-send").disabled = good.length === 0;
  const shown = good.map((file) => make("li", {}, preview(file), make("span", { class: "name" }, file.name), " ", make("small", {}, sizeOf(file.size))));
  $("confirm-list").replaceChildren(...shown);
  $("confirm").onclose = () => {
    for (const img of $("confirm-list").querySelectorAll("img")) URL.revokeObjectURL(img.src);
    if ($("confirm").returnValue === "yes") {
      sendFiles(good, caption.text);
      caption.text = "";
    }
    keepCaption();
    $("text").focus();
  };
  $("confirm").returnValue = "";
  $("confirm").showModal();
}

function preview(file) {
  return /^image\/(jpeg|png|gif|webp)$/.test(file.type) ? make("img", { src: URL.createObjectURL(file), alt: "" }) : null;
}

function kindOf(file) {
  if (/^image\/(jpeg|png|gif|webp)$/.test(file.type)) return "photo";
  return file.type.startsWith("video/") ? "video" : "document";
}

async function sendFiles(files, caption, kind) {
  const album = files.length > 1 ? newKey() : "";
  for (const [i, file] of files.entries()) {
    const item = { type: "file", kind: kind || kindOf(file), name: file.name, size: file.size, text: i ? "" : caption, album };
    await outbox.add(item, file);
  }
}

$("confirm-form").addEventListener("submit", (event) => {
  if (event.submitter?.value !== "yes" || caption.fits) return;
  event.preventDefault();
  $("caption").focus();
});

for (const [button, input] of [["attach-photo", "pick-photo"], ["attach-file", "pick-file"]]) {
  $(button).addEventListener("click", () => { closePanels(); $(input).click(); });
  $(input).addEventListener("change", () => {
    const files = [...$(input).files];
    $(input).value = "";
    if (files.length) chosen(files);
  });
}

$("attach-place").addEventListener("click", () => {
  closePanels();
  $("text").focus();
  if (!navigator.geolocation) return toast(words.say("no_place"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => outbox.add({ type: "place", latitude: coords.latitude, longitude: coords.longitude }),
    () => toast(words.say("no_place")),
    { enableHighAccuracy: true, timeout: 20000 });
});

/* ---- voice ---- */

let recorder = null;
let recordTimer = 0;
$("record").hidden = !(window.MediaRecorder && navigator.mediaDevices);

async function record() {
  let sound;
  $("record").disabled = true; // one microphone is enough, however often it is pressed
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return toast(words.say("no_voice"));
  } finally {
    $("record").disabled = false;
  }
  const chunks = [];
  recorder = new MediaRecorder(sound);
  recorder.ondataavailable = (event) => chunks.push(event.data);
  recorder.onstop = () => {
    for (const track of sound.getTracks()) track.stop();
    if (recorder.wanted) sendVoice(new Blob(chunks, { type: recorder.mimeType }));
  };
  recorder.start(1000);
  const began = performance.now();
  const tick = () => {
    const seconds = Math.floor((performance.now() - began) / 1000);
    $("recorded").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= 300) stopRecording(true);
  };
  tick();
  recordTimer = setInterval(tick, 500);
  $("say").hidden = true;
  $("recording").hidden = false;
  $("record-send").focus();
}

function stopRecording(wanted) {
  clearInterval(recordTimer);
  recorder.wanted = wanted;
  if (recorder.state !== "inactive") recorder.stop();
  $("recording").hidden = true;
  $("say").hidden = false;
  $("text").focus();
}

function sendVoice(blob) {
  const mime = blob.type.split(";")[0] || "audio/webm";
  const ending = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" }[mime] || "bin";
  const file = new File([blob], `${words.say("voice_name")}.${ending}`, { type: mime });
  if (file.size && file.size <= LARGEST) sendFiles([file], "", "voice");
}

$("record").addEventListener("click", record);
$("record-stop").addEventListener("click", () => stopRecording(false));
$("record-send").addEventListener("click", () => stopRecording(true));

/* ---- the top ---- */

function dressAll() {
  words.dress(document);
  $("language-list").replaceChildren(...Object.entries(LANGUAGES).map(([id, one]) => make("li", {}, make("button", {
    value: id, lang: one.tag, "aria-current": id === words.lang && "true", class: id === words.lang && "primary",
  }, one.name))));
  showOffice();
  sayState();
  for (const one of [composer, caption]) one.tell();
  inPlace(redraw);
}

/* The reader at the end stays at the end when everything changes its size. */
function inPlace(work) {
  const stay = nearEnd();
  quietly(work);
  if (stay) toEnd();
}

function large(on) {
  inPlace(() => document.documentElement.classList.toggle("large", on));
  $("large").setAttribute("aria-pressed", String(on));
  fit();
}

async function again() {
  await enter();
  if (!me.barred && !login.bars) connect();
}

function relanguage() {
  dressAll();
  if (me.chat) again().catch(reconnectLater); // the menu comes anew, in the new language
}

$("lang").addEventListener("click", () => { $("languages").returnValue = ""; $("languages").showModal(); });
$("languages").addEventListener("close", () => {
  const { returnValue } = $("languages");
  if (!(returnValue in LANGUAGES) || returnValue === words.lang) return;
  words.choose(returnValue);
  relanguage();
});
$("large").addEventListener("click", () => {
  const on = !document.documentElement.classList.contains("large");
  kept.set("pb-large", on ? "1" : "");
  large(on);
});
$("about-open").addEventListener("click", () => $("about").showModal());
addEventListener("storage", (event) => {
  if (event.key === "pb-lang" && event.newValue in LANGUAGES && event.newValue !== words.lang) {
    words.lang = event.newValue;
    relanguage();
  }
  if (event.key === "pb-left" && event.newValue && !tellTabs) leftElsewhere();
  if (event.key === "pb-large") large(Boolean(event.newValue));
});

/* ---- begin ---- */

async function begin() {
  await mayStart();
  if (!lines.size) $("net").textContent = words.say("loading");
  try {
    await enter();
    tidyAddress();
    netDown = false;
    sayState();
    if (!login.bars) connect();
  } catch (error) {
    netDown = true;
    const told = error instanceof Refused && words.of(error.sentence);
    $("net").textContent = told || words.say("offline");
    streamTries = Math.min(streamTries + 1, 6);
    setTimeout(begin, Math.min(30, 2 ** streamTries) * 1000);
  }
}

login.listen();
keepCaption();
large(Boolean(kept.get("pb-large")));
dressAll();
begin();
