/* Asking the office. */
import { words } from "./strings.js";

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export class Refused extends Error {
  constructor(status, sentence, wait = 0) {
    super("refused");
    this.status = status;
    this.wait = wait; // seconds the office asks for
    this.sentence = sentence;
  }
}

/**
 * One request. Throws Refused with the server's sentence, or a network error.
 * @template T
 * @param {string} path
 * @param {{json?: object, form?: FormData, seconds?: number}} how
 * @returns {Promise<T>}
 */
export async function ask(path, { json, form, seconds = 30 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  /** @type {RequestInit} */
  const options = { signal: stop.signal, credentials: "same-origin", cache: "no-store" };
  if (json) Object.assign(options, { method: "POST", body: JSON.stringify(json), headers: { "Content-Type": "application/json" } });
  if (form) Object.assign(options, { method: "POST", body: form });
  try {
    const response = await fetch(path, options);
    const answer = await response.json().catch(() => null);
    // A server in front of ours refuses with a page of its own, which says nothing to people.
    const said = (answer && answer.error) || (response.status === 413 ? words.every("too_much") : null);
    if (!response.ok) throw new Refused(response.status, said, Number(response.headers.get("Retry-After")) || 0);
    if (answer === null) throw new Refused(502, null);
    return answer;
  } finally {
    clearTimeout(timer);
  }
}
