/* Passing words, and what keeps the chat from going on. */
import { $, me } from "./base.js";
import { words } from "./strings.js";

let toastTimer = 0;
export function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, Math.max(5000, text.length * 200));
}

let netDown = false;
/* What keeps the chat from going on, if anything does. */
export function sayState() {
  const why = me.barred ? words.say("no_cookies", { phone: me.office.phone }) : netDown ? words.say("offline") : "";
  $("net").textContent = why;
}

/* The network is gone, or back, and nothing more is said of it. */
export function fell(down) {
  netDown = down;
  sayState();
}

export function network(up) {
  if (up === !netDown) return;
  netDown = !up;
  sayState();
  if (up) toast(words.say("online"));
}
