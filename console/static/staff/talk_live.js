// What happens while the conversation is looked at: new lines, deliveries, edits, and who else is here.

import { elements } from "./trusted.js";

const EVERY = 4_000; // looks again, whatever the stream said
const HERE_EVERY = 4; // of these looks, one tells that the page is still open
const TYPES_FOR = 3_000;
const NEAR_END = 80; // pixels from the end that still count as being there

export class Live {
  constructor(page) {
    this.page = page;
    this.home = page.dataset.home;
    this.scroll = document.getElementById("transcript");
    this.lines = document.getElementById("lines");
    this.pill = document.getElementById("newer");
    this.trouble = document.getElementById("trouble");
    this.tag = "";
    this.typedAt = -Infinity;
    this.toldAt = -Infinity;
    this.rounds = 0;
    this.sending = false; // a form, whose answer is the next page
  }

  run() {
    this.toEnd();
    const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (named && this.lines.contains(named)) named.scrollIntoView({ block: "center" });
    this.pill.addEventListener("click", () => this.toEnd());
    this.scroll.addEventListener("scroll", () => this.scrolled());
    // A panel that opens takes room: whoever reads the end goes on reading it.
    new ResizeObserver(() => this.reading && this.toEnd()).observe(this.scroll);
    if (!this.lines.dataset.last) return; // older lines stand still
    // The console's one stream brings what was said in every conversation that moved.
    document.addEventListener("desk:moved", (event) => event.detail.contact === this.page.dataset.contact && this.put(event.detail.lines));
    document.addEventListener("sapa:moved", (event) => event.detail === this.page.dataset.contact && this.look());
    document.addEventListener("visibilitychange", () => document.hidden || this.round());
    addEventListener("online", () => this.round());
    document.addEventListener("submit", (event) => (this.sending ||= !event.defaultPrevented));
    addEventListener("pageshow", () => (this.sending = false));
    setInterval(() => document.hidden || this.round(), EVERY);
    this.here();
  }

  get atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  scrolled() {
    this.reading = this.atEnd;
    if (this.atEnd) this.pill.hidden = true;
  }

  toEnd() {
    this.reading = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.pill.hidden = true;
  }

  /** Somebody types an answer here. */
  typing() {
    this.typedAt = performance.now();
    if (this.typedAt - this.toldAt > TYPES_FOR) this.here();
  }

  round() {
    this.rounds += 1;
    this.look();
    const typing = performance.now() - this.typedAt < EVERY;
    if (typing || this.rounds % HERE_EVERY === 0) this.here();
    else this.whoIsHere();
  }

  post(what, fields, options = {}) {
    const body = new URLSearchParams(fields);
    const csrf = document.querySelector("meta[name=csrf]").content;
    // Looking at a page is no use of the session; writing is.
    const refresh = what === "look" ? { "X-Refresh": "1" } : {};
    const headers = { "X-CSRF-Token": csrf, Accept: "application/json", ...refresh };
    return fetch(`${this.home}/${what}`, { method: "POST", body, headers, ...options });
  }

  /** Tell that the page is open, and typed in; hear who else is there. */
  async here() {
    const now = performance.now();
    this.toldAt = now;
    await this.hear(() => this.post("look", { typing: now - this.typedAt < TYPES_FOR ? "yes" : "" }));
  }

  async whoIsHere() {
    await this.hear(() => fetch(`${this.home}/look`, { headers: { Accept: "application/json", "X-Refresh": "1" } }));
  }

  async hear(ask) {
    try {
      const answer = await ask();
      if (!answer.ok) return;
      const words = (await answer.json()).here.join(" · ");
      const place = document.getElementById("here");
      if (place.textContent !== words) place.textContent = words;
    } catch {
      // the next look says that there is no connection
    }
  }

  /** Ask for what is new; a page is parsed without running anything in it. */
  look() {
    if (this.asking) {
      this.again = true;
      return this.asking;
    }
    this.asking = this.ask().finally(() => {
      this.asking = null;
      if (!this.again) return;
      this.again = false;
      this.look();
    });
    return this.asking;
  }

  async ask() {
    const answer = await fetchDocument(`${this.home}/lines?after=${this.lines.dataset.last}`, this.tag);
    if (answer === null) return this.tell(this.page.dataset.offline);
    if (answer.status === 304) return this.tell("");
    if (answer.status !== 200 || !answer.response || !answer.responseURL.includes("/lines")) {
      return this.anew(); // logged out, or the customer is gone
    }
    this.tell("");
    this.tag = answer.getResponseHeader("ETag") ?? "";
    return this.take(answer.response);
  }

  tell(words) {
    this.trouble.hidden = !words;
    this.trouble.textContent = words;
  }

  typed() {
    return [...document.querySelectorAll("#act textarea, #act input[type=text]")].some((field) => field.value.trim());
  }

  /** Load the page anew, unless words would be lost, or the answer to what somebody has just done. */
  anew() {
    if (!this.sending && !this.typed()) location.reload();
  }

  take(news) {
    const { owner, open } = news.body.dataset;
    const act = document.getElementById("act");
    // Another owner means other forms; what somebody is typing stays, and the server says the rest when it is sent.
    const moved = act.dataset.owner !== owner || act.dataset.open !== open;
    if (moved && !this.typed()) return this.anew();
    const state = document.getElementById("state");
    const newer = news.getElementById("state");
    if (!same(state, newer)) state.replaceWith(document.adoptNode(newer));
    const end = this.atEnd;
    const fresh = this.merge(news.getElementById("lines"));
    if (end) this.toEnd();
    else if (fresh) this.pill.hidden = false;
    return undefined;
  }

  /** Show lines that came with the stream; what changed besides them is asked for. */
  put(lines) {
    const end = this.atEnd;
    const fresh = lines.filter((line) => !document.getElementById(line.id));
    for (const line of fresh) for (const element of elements(line.html)) this.before(element);
    if (end) this.toEnd();
    else if (fresh.some((line) => line.from !== "person")) this.pill.hidden = false;
  }

  /** Put every line where it belongs: those that are new, and those that changed. Whether there was a new one. */
  merge(newer) {
    this.lines.dataset.last = newer.dataset.last;
    let fresh = false;
    let last = null;
    for (const line of [...newer.children]) {
      const known = document.getElementById(line.id);
      if (!known) {
        const placed = document.adoptNode(line);
        if (last) last.after(placed);
        else this.before(placed);
        last = placed;
        fresh ||= !placed.matches(".person, .day");
      } else {
        last = known;
        if (same(known, line) || known.matches(".day") || inUse(known)) continue;
        last = document.adoptNode(line);
        known.replaceWith(last);
      }
    }
    return fresh;
  }

  /** A line that comes before all that were asked for stands after those of a lower place. */
  before(line) {
    const seq = Number(line.dataset.seq);
    const later = [...this.lines.children].find((one) => Number(one.dataset.seq) > seq);
    if (later) later.before(line);
    else this.lines.append(line);
  }
}

/** Whether somebody is at it: redrawn under their hands it would close or fall silent. */
function inUse(line) {
  const playing = [...line.querySelectorAll("audio, video")].some((one) => !one.paused);
  return playing || line.querySelector("details[open]") !== null || line.contains(document.activeElement);
}

function same(one, other) {
  return one.isEqualNode(other);
}

/** A parsed document whose scripts do not run; null without a connection. */
function fetchDocument(address, tag) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = 20_000;
    request.setRequestHeader("X-Refresh", "1");
    if (tag) request.setRequestHeader("If-None-Match", tag);
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = () => resolve(null);
    request.send();
  });
}
