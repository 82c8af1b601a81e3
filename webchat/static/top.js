/* The top: language, size of letters, the office. */
import { $, make, me } from "./base.js";
import { redraw } from "./lines.js";
import { sayState } from "./passing.js";
import { inPlace } from "./scrolling.js";
import { LANGUAGES } from "./sentences.js";
import { again, reconnectLater } from "./stream.js";
import { kept, words } from "./strings.js";
import { leftElsewhere, showOffice, tellTabs } from "./visitor.js";
import { caption, composer, fit } from "./writing.js";

export function dressAll() {
  words.dress(document);
  $("language-list").replaceChildren(...Object.entries(LANGUAGES).map(([id, one]) => make("li", {}, make("button", {
    value: id, lang: one.tag, "aria-current": id === words.lang && "true", class: id === words.lang && "primary",
  }, one.name))));
  showOffice();
  sayState();
  for (const one of [composer, caption]) one.tell();
  inPlace(redraw);
}

export function large(on) {
  inPlace(() => document.documentElement.classList.toggle("large", on));
  $("large").setAttribute("aria-pressed", String(on));
  fit();
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
