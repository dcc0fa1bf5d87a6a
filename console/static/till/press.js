// A press that changes something: one at a time, kept by the browser until it is answered, and sent under the same key
// until it is. The key makes a repetition harmless, so a press survives a bad network, a reload and a new login.

import { Refused, send } from "./api.js";

const KEPT = "till.press";
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
    this.stopped = true;
    this.hurry();
    this.clear();
  }

  hurry() {
    this.wake?.();
  }

  async run() {
    const mine = this.pending;
    this.stopped = false;
    this.hears.sending();
    const slow = setTimeout(() => this.hears.slow(), SLOW_AFTER);
    for (let pause = 500; !this.stopped; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const answer = await send(mine.path, mine.body);
        if (this.stopped) break;
        this.clear();
        this.hears.answered(mine.name, answer, mine.body);
        break;
      } catch (error) {
        if (this.stopped) break;
        if (error instanceof Refused && error.final) {
          this.clear();
          this.hears.refused(mine.name, error, mine.body);
          break;
        }
        await this.rest(pause);
      }
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

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
