/* What is on its way. */
import { $, api, make, me, pane } from "./base.js";
import { markPress, metaElement, sizeOf, spoken } from "./drawing.js";
import { lines, receive } from "./lines.js";
import { Outbox } from "./outbox.js";
import { network, toast } from "./passing.js";
import { toEnd } from "./scrolling.js";
import { reconnectLater, wakeStream } from "./stream.js";
import { words } from "./strings.js";
import { enter, left } from "./visitor.js";

export function showPending(item) {
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
export function stateElements(item) {
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

export function dropPending(key) {
  const el = key && pendingOf(key);
  if (el) el.remove();
}

export const outbox = new Outbox(pane, {
  api,
  last: () => me.last,
  enter: () => enter(),
  changed(item) {
    const fresh = item.state === "queued";
    showPending(item);
    if (fresh && item.type !== "press") toEnd();
    if (item.state === "waiting") network(false);
  },
  /** @param {any} item @param {import("../types/wire").Said & import("../types/wire").Pressed} answer */
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
