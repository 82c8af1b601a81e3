/* An officer says who they are: the office says what to show, step by step. */
import { ask, Refused } from "./ask.js";
import { $, api, make, me } from "./base.js";
import { forget } from "./lines.js";
import { toast } from "./passing.js";
import { reconnectLater } from "./stream.js";
import { words } from "./strings.js";
import { begin } from "./visitor.js";

/* Bytes travel as base64url. */
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export function opened(given) {
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytesOf(one.id) }));
  const key = { ...given, challenge: bytesOf(given.challenge) };
  if (given.user) key.user = { ...given.user, id: bytesOf(given.user.id) };
  if (given.excludeCredentials) key.excludeCredentials = known(given.excludeCredentials);
  if (given.allowCredentials) key.allowCredentials = known(given.allowCredentials);
  return key;
}

function closed(answer) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer.response[name]) response[name] = textOf(answer.response[name]);
  }
  return { id: answer.id, rawId: textOf(answer.rawId), type: answer.type, response };
}

export const login = {
  shown: false,
  then: null,
  does: "",

  /* Whether nothing else can be done before. */
  get bars() {
    return this.shown && this.must;
  },

  /* Show how the login stands; `must`: nothing else can be done before. `then` follows once they are in. */
  async open(then, must) {
    this.then = then;
    this.must = must;
    $("login-close").hidden = must;
    if (this.shown) return;
    this.shown = true;
    $("login").showModal();
    await this.step("look", "");
  },

  close() {
    this.shown = false;
    this.draw({ title: "", text: "", buttons: [] }); // no secret stays on the page
    $("login").close();
  },

  async step(what, value) {
    for (const button of $("login-keys").querySelectorAll("button")) button.disabled = true;
    try {
      /** @type {import("../types/wire").LoginStep} */
      const screen = await ask(api("login"), { json: { do: what, value, lang: words.lang } });
      me.known = true; // the session is kept, whoever it will be found to be
      if (screen.done) return this.done(screen);
      this.draw(screen);
      if (screen.key) await this.key(screen);
    } catch (error) {
      this.failed(error);
    }
  },

  /* Have the browser make or use a passkey, and hand in what it answers. */
  async key(screen) {
    let answer;
    try {
      const publicKey = opened(screen.key);
      answer = screen.does === "made" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    } catch {
      if (this.shown) $("login-error").textContent = screen.failed;
      return;
    }
    await this.step(screen.does, JSON.stringify(closed(answer)));
  },

  failed(error) {
    if (error instanceof Refused && error.status === 401) return this.ended();
    const told = error instanceof Refused && words.of(error.sentence);
    $("login-error").textContent = told || words.say("offline");
    for (const button of $("login-keys").querySelectorAll("button")) button.disabled = false;
    if (!$("login-keys").children.length) setTimeout(() => this.shown && this.step("look", ""), 5000);
    $("login-value").select();
  },

  /* There is no session to log in to: the page begins anew, and says why. */
  ended() {
    this.close();
    forget();
    begin();
  },

  done(screen) {
    const { then } = this;
    this.close();
    toast(screen.text);
    if (then) Promise.resolve(then()).catch(() => reconnectLater());
  },

  draw(screen) {
    $("login-title").textContent = screen.title;
    $("login-text").textContent = screen.text;
    $("login-error").textContent = "";
    $("login-picture").hidden = !screen.picture;
    if (screen.picture) $("login-picture").src = screen.picture;
    else $("login-picture").removeAttribute("src");
    $("login-secret").textContent = screen.secret || "";
    $("login-secret").hidden = !screen.secret;
    $("login-asked").hidden = !screen.field;
    $("login-label").textContent = screen.field || "";
    $("login-value").value = "";
    this.does = screen.does || "";
    const keys = screen.buttons.map(([text, what]) => make("button", { type: "button", class: "key", onclick: () => this.step(what, "") }, text));
    if (screen.field) keys.unshift(make("button", { type: "submit", class: "primary" }, screen.button));
    $("login-keys").replaceChildren(...keys);
    if (screen.field) $("login-value").focus();
    else if (keys.length) keys[0].focus();
  },

  listen() {
    $("login-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.does) this.step(this.does, $("login-value").value);
    });
    $("login-close").addEventListener("click", () => this.close());
    /* Escape closes a dialog whether we like it or not. */
    $("login").addEventListener("close", () => {
      if (this.bars) $("login").showModal();
      else if (this.shown) this.close();
    });
  },
};
