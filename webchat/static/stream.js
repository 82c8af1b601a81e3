/* The stream: what happens in the log from now on. */
import { ask } from "./ask.js";
import { api, me } from "./base.js";
import { forget, receive } from "./lines.js";
import { login } from "./login.js";
import { network, toast } from "./passing.js";
import { outbox } from "./pending.js";
import { words } from "./strings.js";
import { enter, showMenu } from "./visitor.js";

let stream = null;
let streamTries = 0;
let streamTimer = 0;
let hiddenSince = 0;

export function hangUp() {
  clearTimeout(streamTimer);
  if (stream) stream.close();
  stream = null;
}

export function connect() {
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

export function reconnectLater() {
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
    /** @type {import("../types/wire").News} */
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

export function wakeStream() {
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

export async function again() {
  await enter();
  if (!me.barred && !login.bars) connect();
}
