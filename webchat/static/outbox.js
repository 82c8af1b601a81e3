/* The outbox: what the visitor did stays here until the office has it, in order, through
   lost connections and reloads. Texts and presses in localStorage, files in IndexedDB. */
import { ask, newKey, Refused } from "./ask.js";
import { kept, words } from "./strings.js";

/* Blobs by key; in memory when the browser keeps no database (private windows). */
class Blobs {
  constructor() {
    this.memory = new Map();
    this.base = null;
  }

  /* Opened when it is first needed, and anew once it was closed: nothing of it is there before. */
  opened() {
    this.base = this.base || new Promise((resolve) => {
      try {
        const open = indexedDB.open(Blobs.NAME, 1);
        open.onupgradeneeded = () => open.result.createObjectStore("files");
        open.onerror = () => resolve(null);
        open.onsuccess = () => {
          const base = open.result;
          base.onclose = () => { this.base = null; };
          base.onversionchange = () => { base.close(); this.base = null; };
          resolve(base);
        };
      } catch {
        resolve(null);
      }
    });
    return this.base;
  }

  /* All of it, whatever tab it is from. */
  async clear() {
    this.memory.clear();
    const base = await (this.base ?? null);
    this.base = null;
    base?.close();
    try { indexedDB.deleteDatabase(Blobs.NAME); } catch { /* there is none */ }
  }

  async run(mode, work) {
    const base = await this.opened();
    if (!base) return undefined;
    return new Promise((resolve, reject) => {
      const deal = base.transaction("files", mode);
      const request = work(deal.objectStore("files"));
      deal.oncomplete = () => resolve(request.result);
      deal.onerror = deal.onabort = () => reject(deal.error);
    });
  }

  async put(key, blob) {
    this.memory.set(key, blob);
    try { await this.run("readwrite", (files) => files.put(blob, key)); } catch { /* memory has it */ }
  }

  async get(key) {
    if (this.memory.has(key)) return this.memory.get(key);
    try { return await this.run("readonly", (files) => files.get(key)); } catch { return undefined; }
  }

  async drop(key) {
    this.memory.delete(key);
    try { await this.run("readwrite", (files) => files.delete(key)); } catch { /* nothing to drop */ }
  }
}

Blobs.NAME = "pb-outbox";

const SLOW_TRIES = 3; // how often a file is tried that the line is too slow for

/* hooks: api(path), last(), enter(), changed(item), done(item, answer), refused(item), dropped(item) */
export class Outbox {
  constructor(pane, hooks) {
    this.prefix = `pb-out:${pane}:`;
    this.hooks = hooks;
    this.blobs = new Blobs();
    this.running = false;
    this.tries = 0;
    this.wake = null;
    this.chat = 0;
    this.typed = new Set(); // keys made since this page was loaded: by the person before it
    this.items = this.load();
  }

  /* One entry an item, so that two tabs never overwrite each other's. */
  load() {
    const items = [];
    for (const name of kept.names().filter((one) => one.startsWith(this.prefix))) {
      try {
        const item = JSON.parse(kept.get(name));
        if (item.state !== "failed") item.state = "queued";
        items.push(item);
      } catch {
        kept.drop(name);
      }
    }
    return items.sort((a, b) => a.at - b.at);
  }

  save(item) {
    kept.set(this.prefix + item.key, JSON.stringify(item));
  }

  /* Another person's unsent words must not go out in this one's name; what was typed on this
     very page may, but only if they say so again. */
  belongsTo(chat) {
    this.chat = chat;
    for (const item of [...this.items]) {
      if (item.chat && !sameUser(item.chat, chat)) {
        if (this.typed.has(item.key) && item.type !== "press") this.refuse(item, null);
        else this.drop(item);
      } else if (!item.chat) {
        item.chat = chat;
        this.save(item);
      }
    }
  }

  drop(item) {
    this.remove(item);
    this.hooks.dropped(item);
  }

  /* Whoever used the page has left: what wasn't sent goes along, refused and failed things too. */
  clear() {
    this.items = [];
    this.typed.clear();
    this.wake?.();
    return this.blobs.clear();
  }

  async add(item, blob) {
    item = { key: newKey(), state: "queued", at: Date.now(), chat: this.chat, ...item };
    this.typed.add(item.key);
    if (blob) await this.blobs.put(item.key, blob);
    this.items.push(item);
    this.save(item);
    this.hooks.changed(item);
    this.run();
    return item;
  }

  remove(item) {
    this.items = this.items.filter((other) => other !== item);
    if (item.type === "file") this.blobs.drop(item.key);
    kept.drop(this.prefix + item.key);
  }

  again(item) {
    item.state = "queued";
    item.chat = this.chat;
    delete item.why;
    delete item.slow;
    this.save(item);
    this.hooks.changed(item);
    this.nudge();
  }

  itemOf(key) {
    return this.items.find((item) => key && item.key === key);
  }

  pressOf(line) {
    return this.items.find((item) => item.type === "press" && item.message === line);
  }

  /* The network may be back: don't wait out the pause. */
  nudge() {
    this.tries = 0;
    if (this.wake) this.wake();
    this.run();
  }

  mark(item, state) {
    if (item.state === state || !this.items.includes(item)) return; // the visitor took it back
    item.state = state;
    this.save(item);
    this.hooks.changed(item);
  }

  async run() {
    if (this.running || !this.chat) return;
    this.running = true;
    try {
      await this.drain();
    } finally {
      this.running = false;
    }
  }

  async drain() {
    for (;;) {
      const item = this.items.find((one) => one.state !== "failed");
      if (!item) return;
      this.mark(item, "sending");
      let answer;
      try {
        answer = await alone(this.prefix, () => this.deliver(item));
      } catch (error) {
        await this.missed(item, error);
        continue;
      }
      this.tries = 0;
      this.remove(item);
      await this.hooks.done(item, answer);
    }
  }

  async missed(item, error) {
    const status = error instanceof Refused ? error.status : 0;
    if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) {
      this.refuse(item, error.sentence);
      return;
    }
    if (status === 408 && (item.slow = (item.slow || 0) + 1) >= SLOW_TRIES) {
      this.refuse(item, error.sentence); // what is behind it must not wait for ever
      return;
    }
    this.mark(item, status ? "retrying" : "waiting");
    await this.pause(error.wait || 0);
    if (status === 401) await this.hooks.enter().catch(() => {});
  }

  refuse(item, sentence) {
    if (!this.items.includes(item)) return; // gone with whoever left
    item.why = sentence;
    if (item.type === "press") {
      this.remove(item);
    } else {
      this.mark(item, "failed");
    }
    this.hooks.refused(item);
  }

  /* 1, 2, 4 … 30 seconds, and as long as the office asked for; or until the network says it is
     back. */
  pause(asked) {
    const seconds = Math.max(Math.min(asked, 60), Math.min(30, 2 ** this.tries)) * (1 + 0.2 * Math.random());
    this.tries = Math.min(this.tries + 1, 6);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async deliver(item) {
    const lang = words.lang;
    if (item.type === "file") return this.deliverFile(item, lang);
    const { type, key } = item;
    const after = this.hooks.last();
    const body = {
      /** @returns {import("../types/wire").Say} */
      say: () => ({ key, lang, after, text: item.text, reply_to: item.reply_to || 0 }),
      /** @returns {import("../types/wire").Press} */
      press: () => ({ key, lang, after, message: item.message, data: item.data }),
      /** @returns {import("../types/wire").Place} */
      place: () => ({ key, lang, after, latitude: item.latitude, longitude: item.longitude }),
    }[type]();
    return ask(this.hooks.api(type), { json: body, seconds: 45 });
  }

  async deliverFile(item, lang) {
    const blob = await this.blobs.get(item.key);
    if (!blob) throw new Refused(410, null);
    const form = new FormData();
    form.append("key", item.key);
    form.append("lang", lang);
    form.append("after", this.hooks.last());
    form.append("kind", item.kind);
    form.append("caption", item.text || "");
    if (item.album) form.append("album", item.album);
    form.append("file", blob, item.name);
    return ask(this.hooks.api("file"), { form, seconds: 900 });
  }
}

/* An earlier page noted the chat alone. */
export function sameUser(kept, now) {
  return kept === now || String(kept) === String(now).split("/")[0];
}

/* Tabs of one browser take turns, so that what one began first arrives first. */
function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}
