/* Where the reader is in the log. */
import { $ } from "./base.js";
import { earlier, lines, quietly } from "./lines.js";

export function nearEnd() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < 160;
}

/* To the end; but a new line taller than the window is shown from its beginning. */
export function toEnd(id) {
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

/* The reader at the end stays at the end when everything changes its size. */
export function inPlace(work) {
  const stay = nearEnd();
  quietly(work);
  if (stay) toEnd();
}
