/* Writing, and the two small panels beside it. */
import { $, pane } from "./base.js";
import { Composer, withAddresses } from "./composer.js";
import { shortly } from "./drawing.js";
import { chosen } from "./files.js";
import { outbox } from "./pending.js";

export const composer = new Composer(`pb-text:${pane}`, $("text"), $("count"));
export const caption = new Composer(`pb-caption:${pane}`, $("caption"), $("caption-count"));
let replying = 0;

/* Words beside files that weren't sent after all are still somebody's words. */
export function keepCaption() {
  if (!caption.text) return;
  composer.text = [composer.text, caption.text].filter(Boolean).join("\n");
  caption.text = "";
  fit();
}

export function replyTo(line) {
  replying = line.id;
  $("replying-to").textContent = shortly(line);
  $("replying").hidden = false;
  $("text").focus();
}

export function stopReplying() {
  replying = 0;
  $("replying").hidden = true;
}

export function fit() {
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

const panels = [["menu-open", "menu"], ["attach-open", "attach"]];

export function closePanels() {
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
