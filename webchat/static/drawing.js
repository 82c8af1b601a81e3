/* A line as it is drawn. */
import { api, make, me, timeOf } from "./base.js";
import { lines } from "./lines.js";
import { login } from "./login.js";
import { outbox, stateElements } from "./pending.js";
import { words } from "./strings.js";
import { replyTo } from "./writing.js";

/** @param {import("../types/wire").Line} line */
export function lineElement(line) {
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

export function shortly(line) {
  const text = (line.text || (line.files[0] && line.files[0].name) || "").replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/* A command chosen from the menu reads as what it does. */
export function spoken(text) {
  const item = text.startsWith("/") && me.menu.find((one) => `/${one.command}` === text);
  return item ? item.text : text;
}

/** @param {import("../types/wire").Line} line */
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

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {import("../types/wire").File} file @param {number} line */
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

/** @param {import("../types/wire").File} file @param {string} href */
function attachedElement(file, href) {
  return make("a", { class: "attached", href, download: file.name }, make("span", { class: "name" }, file.name), " ", make("small", {}, sizeOf(file.size)));
}

/* Rows of buttons: short labels side by side, others stacked. */
/** @param {import("../types/wire").Line} line */
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

/** @param {number} line @param {import("../types/wire").Button} button */
function keyElement(line, button) {
  if (button.url) {
    const link = outLink(button.url, button.text);
    if (link.classList) link.classList.add("key");
    return link;
  }
  return make("button", { type: "button", class: "key", "data-data": button.data, onclick: () => press(line, button.data) }, button.text);
}

/* While a press is on its way its line can't be pressed again, and says so. */
export function markPress(line, keys, state) {
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

/** @param {import("../types/wire").Line} line */
export function metaElement(line) {
  const meta = make("p", { class: "meta" }, make("time", { datetime: line.at }, timeOf(line.at)));
  if (line.who === "me") meta.append(" ", ...stateElements(outbox.itemOf(line.key)));
  else if (line.text) meta.append(make("button", { type: "button", class: "plain reply", "aria-label": words.say("reply_to", { text: shortly(line) }), onclick: () => replyTo(line) }, words.say("reply")));
  return meta;
}
