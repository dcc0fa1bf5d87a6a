// A press that changes something: one at a time, kept by the browser until it is answered, and sent under the same key
// until it is. The key makes a repetition harmless, so a press survives a bad network, a reload and a new login.

import { Refused, send } from "./api.js";
import { settings } from "./settings.js";

const KEPT = `till.press.${settings.staff}`; // whoever logs in next at this till has not pressed it
const LONGEST_PAUSE = 10_000;
const SLOW_AFTER = 4_000;

export class Press {
  /**
   * `sending` hears that a press is under way, `slow` that it takes long, `answered(name, answer, sent)` what came of
   * it, `refused(name, error, sent)` why it was not done.
   */
  constructor(hears) {
    this.hears = hears;
    this.pending = JSON.parse(sessionStorage.getItem(KEPT));
    addEventListener("online", () => this.hurry());
  }

  /** Send, unless a press is under way: `name` says what for, when the answer comes. */
  start(name, path, body) {
    if (this.pending) return;
    this.pending = { name, path, body: { ...body, key: newKey() } };
    sessionStorage.setItem(KEPT, JSON.stringify(this.pending));
    this.run();
  }

  /** Go on with a press that was under way when the page was left; whether there is one. */
  resume() {
    if (this.pending) this.run();
    return Boolean(this.pending);
  }

  /** Try no more; it may have been done. */
  stop() {
    this.clear();
    this.hurry();
  }

  hurry() {
    this.wake?.();
  }

  async run() {
    const mine = this.pending;
    const stopped = () => this.pending !== mine;
    this.hears.sending();
    const slow = setTimeout(() => stopped() || this.hears.slow(), SLOW_AFTER);
    for (let pause = 500; !stopped(); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const [heard, answer] = await tried(mine);
      if (stopped()) break;
      if (heard) {
        this.clear();
        this.hears[heard](mine.name, answer, mine.body);
      } else await this.rest(pause);
    }
    clearTimeout(slow);
  }

  rest(pause) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, pause);
    });
  }

  clear() {
    this.pending = null;
    sessionStorage.removeItem(KEPT);
  }
}

/** What is heard of one try, and the answer; nothing when it is to be tried again. */
async function tried({ path, body }) {
  try {
    return ["answered", await send(path, body)];
  } catch (error) {
    return error instanceof Refused && error.final ? ["refused", error] : [];
  }
}

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
