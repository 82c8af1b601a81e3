/* The demo page: who sits in which pane, and the clock. */
import { LANGUAGES } from "./sentences.js";
import { kept, words } from "./strings.js";

/** @type {(id: string) => Some} */
const $ = (id) => /** @type {any} */ (document.getElementById(id));
let officers = [];
let zone;
let now = null; // the office's time and when we heard it

async function ask(path, body) {
  const options = body ? { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
  const response = await fetch(path, { cache: "no-store", ...options });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function hear(iso) {
  now = { at: Date.parse(iso), heard: performance.now() };
  showNow();
}

const moment = () => new Date(now.at + performance.now() - now.heard);

function written(options) {
  return new Intl.DateTimeFormat(words.locale(), { timeZone: zone, ...options }).format(moment());
}

function showNow() {
  if (!now) return;
  const text = written({ year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
  if ($("now").textContent !== text) $("now").textContent = text;
  $("now").dateTime = moment().toISOString();
}

async function refresh() {
  try {
    const state = await ask("demo/state");
    zone = state.zone;
    hear(state.now);
    if (JSON.stringify(state.officers) !== JSON.stringify(officers)) {
      officers = state.officers;
      showOfficers();
    }
  } catch {
    // The panes say when the network is down; the clock is asked again soon.
  }
}

function showOfficers() {
  const chosen = $("who").value;
  $("who").replaceChildren(...officers.map((one) => new Option(words.of(one.names), one.pane)));
  if (officers.some((one) => one.pane === chosen)) $("who").value = chosen;
  sit();
}

function sit() {
  const address = `chat?pane=${encodeURIComponent($("who").value)}`;
  if ($("who").value && $("frame-officer").getAttribute("src") !== address) $("frame-officer").src = address;
}

async function move(how) {
  const buttons = [...document.querySelectorAll("[data-how]")];
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  $("moved").className = "";
  $("moved").textContent = words.say("demo_moving");
  try {
    hear((await ask("demo/move", { how })).now);
    // The clock beside it shows the same: these words are for those who hear the page.
    $("moved").className = "sr";
    $("moved").textContent = words.say("demo_moved", { now: written({ month: "long", day: "numeric", weekday: "short" }) });
  } catch {
    $("moved").textContent = words.say("demo_failed");
  }
  for (const button of buttons) button.removeAttribute("aria-disabled");
}

for (const button of document.querySelectorAll("[data-how]")) {
  button.addEventListener("click", () => {
    if (!button.hasAttribute("aria-disabled")) move(button.dataset.how);
  });
}

function show(name) {
  for (const one of ["citizen", "officer"]) {
    $(one).classList.toggle("shown", one === name);
    $(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    $(`tab-${one}`).tabIndex = one === name ? 0 : -1;
  }
}

for (const [name, other] of [["citizen", "officer"], ["officer", "citizen"]]) {
  $(`tab-${name}`).addEventListener("click", () => show(name));
  $(`tab-${name}`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    show(other);
    $(`tab-${other}`).focus();
  });
}

function dressAll() {
  words.dress(document);
  for (const frame of document.querySelectorAll("iframe")) frame.title = words.say(frame.dataset.tTitle);
  document.title = `${words.say("demo_title")}`;
  $("moved").textContent = "";
  showNow();
  for (const option of $("who").options) {
    option.textContent = words.of(officers.find((one) => one.pane === option.value)?.names);
  }
}

addEventListener("storage", (event) => {
  if (event.key === "pb-lang" && event.newValue in LANGUAGES) { words.lang = event.newValue; dressAll(); }
  if (event.key === "pb-large") document.documentElement.classList.toggle("large", Boolean(event.newValue));
});

$("who").addEventListener("change", sit);
document.documentElement.classList.toggle("large", Boolean(kept.get("pb-large")));
const payload = new URLSearchParams(location.search).get("start");
$("frame-citizen").src = payload ? `chat?start=${encodeURIComponent(payload)}` : "chat";
show("citizen");
dressAll();
refresh();
setInterval(showNow, 1000);
setInterval(refresh, 20000);
