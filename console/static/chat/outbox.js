// What the visitor sent and the server has not taken yet: kept by the browser, sent again under the same id until
// it is, one after the other. The id makes a repetition harmless.

import { PENDING, Refused, me, post, postForm, reintroduce } from "./api.js";
import { keep } from "./keep.js";
import { now } from "./texts.js";

const PATIENCE = 3; // tries before the visitor is told; it is tried on after that
const LONGEST_PAUSE = 15_000;

export class Outbox {
  /** `onState(item, state, reason)` hears sending, sent, failed (still tried) and refused (given up). */
  constructor(onState) {
    this.onState = onState;
    this.prefix = `${PENDING}${me.visitor}.`;
    this.items = keep
      .keys(this.prefix)
      .map((key) => JSON.parse(keep.get(key)))
      .sort((one, other) => one.at - other.at);
    this.failures = 0;
    addEventListener("online", () => this.hurry());
  }

  /** Send an item: `{text}`, `{button, message, label}`, `{place}` or `{file}`. Answers with its id. */
  send(content) {
    const item = { id: newId(), at: now().getTime(), source: document.body.dataset.source, ...content };
    // A picture is too big to be kept; it is sent while the page is open.
    if (!item.file) keep.set(this.prefix + item.id, JSON.stringify(item));
    this.items.push(item);
    this.onState(item, "sending");
    this.flush();
    return item;
  }

  /** Try now. */
  hurry() {
    clearTimeout(this.timer);
    this.flush();
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.items.length > 0 && (await this.attempt(this.items[0])));
    this.busy = false;
  }

  /** Whether the next one may be tried. */
  async attempt(item) {
    try {
      await deliver(item);
    } catch (error) {
      if (!(error instanceof Refused && error.final)) return this.later(item, error);
      this.done(item);
      this.onState(item, "refused", error.message);
      return true;
    }
    this.failures = 0;
    this.done(item);
    this.onState(item, "sent");
    return true;
  }

  async later(item, error) {
    this.failures += 1;
    if (error.status === 401) await reintroduce();
    const patient = this.failures < PATIENCE && error.status !== 429;
    this.onState(item, patient ? "sending" : "failed", error instanceof Refused ? error.message : "");
    const pause = Math.max((error.retryAfter ?? 0) * 1000, Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures));
    this.timer = setTimeout(() => this.flush(), pause);
    return false;
  }

  done(item) {
    this.items = this.items.filter((other) => other !== item);
    keep.remove(this.prefix + item.id);
  }
}

async function deliver({ id, text, button, message, place, source, file }) {
  if (!file) return post("/chat/messages", { id, text, button, message, place, source });
  const form = new FormData();
  form.append("id", id);
  form.append("picture", file);
  if (source) form.append("source", source);
  return postForm("/chat/pictures", form);
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
