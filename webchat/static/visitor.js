/* Who the visitor is: they enter, leave, are shut out, and what the page shows of the office. */
import { ask, newKey, Refused } from "./ask.js";
import { $, api, make, me, query, start } from "./base.js";
import { forget, layOut, lines, showHistory } from "./lines.js";
import { login } from "./login.js";
import { fell, sayState } from "./passing.js";
import { outbox } from "./pending.js";
import { connect, hangUp } from "./stream.js";
import { kept, SETTINGS, tabs, words } from "./strings.js";
import { stopListening } from "./voice.js";
import { caption, closePanels, composer, stopReplying } from "./writing.js";

export async function enter() {
  /** @type {import("../types/wire").Enter} */
  const body = { lang: words.lang, key: start.key };
  if (start.payload) body.start = start.payload;
  /** @type {import("../types/wire").Opening} */
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
export const tellTabs = "BroadcastChannel" in window ? new BroadcastChannel("pb-left") : null;

export async function left(who, heard) {
  me.who = who;
  stopReplying();
  stopListening();
  for (const dialog of /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"))) dialog.close("no");
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
export async function leftElsewhere() {
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

export function showOffice() {
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

export function showMenu(menu) {
  me.menu = menu;
  $("menu-open").hidden = menu.length === 0;
  $("menu-list").replaceChildren(...menu.map((item) => make("li", {}, make("button", {
    type: "button",
    onclick: () => { closePanels(); outbox.add({ type: "say", text: `/${item.command}` }); $("text").focus(); },
  }, item.text))));
}

let tries = 0;

export async function begin() {
  await mayStart();
  if (!lines.size) $("net").textContent = words.say("loading");
  try {
    await enter();
    tidyAddress();
    tries = 0;
    fell(false);
    if (!login.bars) connect();
  } catch (error) {
    fell(true);
    const told = error instanceof Refused && words.of(error.sentence);
    $("net").textContent = told || words.say("offline");
    tries = Math.min(tries + 1, 6);
    setTimeout(begin, Math.min(30, 2 ** tries) * 1000);
  }
}
