// The live half of the conversation: server-sent events read with fetch, so that a token can be sent and the
// pauses between two tries are ours.

import { call, reintroduce } from "./api.js";

const SILENCE = 40_000; // the server says something every 15 seconds
const LONGEST_PAUSE = 15_000;

export class Stream {
  /**
   * `cursor` is the last place seen; `onEvent(name, data)` hears every event, `onState(live)` whether the
   * connection stands.
   */
  constructor(cursor, onEvent, onState) {
    this.cursor = cursor;
    this.onEvent = onEvent;
    this.onState = onState;
    this.failures = 0;
    this.passive = false;
    addEventListener("online", () => this.hurry());
    addEventListener("focus", () => this.hurry());
    addEventListener("pagehide", () => this.connection?.abort());
    addEventListener("pageshow", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
  }

  /** Follow for as long as the page is open. */
  async run() {
    for (;;) {
      this.passive = false;
      const ending = await this.follow();
      if (ending === "again") continue;
      if (ending === "reset") return this.onEvent("reset", {});
      // Another tab of this browser follows now; we go on when somebody looks at this one.
      this.passive = ending === "replaced";
      if (!this.passive) this.onState(false);
      await this.pause(ending);
    }
  }

  /** Leave the pause, when there is one. */
  hurry() {
    this.failures = 0;
    this.wake?.();
  }

  /** Connect anew. */
  restart() {
    this.again = true;
    this.connection?.abort();
    this.hurry();
  }

  async follow() {
    this.again = false;
    this.connection = new AbortController();
    this.watch();
    try {
      const headers = { "Last-Event-ID": String(this.cursor), Accept: "text/event-stream" };
      const response = await call("/chat/events", { headers, signal: this.connection.signal, cache: "no-store" });
      return await this.read(response.body.getReader());
    } catch (error) {
      if (this.again) return "again";
      if (error.status === 401) await reintroduce();
      return "failed";
    } finally {
      clearTimeout(this.watchdog);
    }
  }

  async read(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "failed";
      this.watch();
      this.failures = 0;
      this.onState(true);
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const ending = this.hear(event);
        if (ending) return ending;
      }
    }
  }

  hear(event) {
    const fields = Object.fromEntries(event.split("\n").map((line) => line.split(/: (.*)/s, 2)));
    if (!fields.event) return "";
    if (["replaced", "closing", "reset"].includes(fields.event)) return fields.event;
    this.onEvent(fields.event, JSON.parse(fields.data));
    if (fields.id) this.cursor = Math.max(this.cursor, Number(fields.id));
    return "";
  }

  watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.connection.abort(), SILENCE);
  }

  pause(ending) {
    this.failures += 1;
    const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures);
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(this.timer);
        this.wake = null;
        resolve();
      };
      // Half of the pause is chance: a server that comes back is not met by everybody at once.
      if (ending !== "replaced") this.timer = setTimeout(this.wake, longest * (0.5 + Math.random() / 2));
    });
  }
}
