/* Files, photos and the place. */
import { newKey } from "./ask.js";
import { $, make } from "./base.js";
import { sizeOf } from "./drawing.js";
import { toast } from "./passing.js";
import { outbox } from "./pending.js";
import { words } from "./strings.js";
import { caption, closePanels, keepCaption } from "./writing.js";

export const LARGEST = 20 * 1024 * 1024;

export function chosen(files) {
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

export async function sendFiles(files, caption, kind) {
  const album = files.length > 1 ? newKey() : "";
  for (const [i, file] of files.entries()) {
    const item = { type: "file", kind: kind || kindOf(file), name: file.name, size: file.size, text: i ? "" : caption, album };
    await outbox.add(item, file);
  }
}

$("confirm-form").addEventListener("submit", (event) => {
  if (/** @type {any} */ (event.submitter)?.value !== "yes" || caption.fits) return;
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
