// What the page says about itself: whether it is connected, whether somebody types, what was missed.

import { byId } from "./dom.js";
import { label, t, ui } from "./texts.js";

const TYPING_AFTER = 350; // an answer that comes at once needs no sign
const LOST_AFTER = 4_000;

export class Status {
  /** `grew()` is called when the page became taller. */
  constructor(grew) {
    this.grew = grew;
    this.live = false;
    this.missed = 0;
    this.host = document.body.dataset.host;
    addEventListener("online", () => this.draw());
    addEventListener("offline", () => this.draw());
    addEventListener("focus", () => this.read());
    document.addEventListener("visibilitychange", () => this.read());
  }

  /** The connection stands, or not any more. */
  setLive(live) {
    if (this.live === live && !this.lost) return;
    this.live = live;
    this.lost = false;
    clearTimeout(this.timer);
    if (!live) this.lose();
    this.draw();
  }

  lose() {
    this.setTyping(false);
    this.timer = setTimeout(() => {
      this.lost = true;
      this.draw();
    }, LOST_AFTER);
  }

  setTyping(typing) {
    clearTimeout(this.typingTimer);
    if (!typing) byId("typing").hidden = true;
    else this.typingTimer = setTimeout(() => this.showTyping(), TYPING_AFTER);
  }

  /** Somebody spoke while nobody looked. */
  miss(count) {
    if (document.hasFocus()) return;
    this.missed += count;
    this.tell();
  }

  read() {
    if (document.visibilityState !== "visible" || this.missed === 0) return;
    this.missed = 0;
    this.tell();
  }

  tell() {
    document.title = this.missed ? `(${this.missed}) ${ui.business}` : ui.business;
    if (this.host) parent.postMessage({ sapa: "missed", count: this.missed }, this.host);
  }

  showTyping() {
    byId("typing").hidden = false;
    this.grew();
  }

  draw() {
    const live = this.live && navigator.onLine;
    byId("presence").dataset.live = live;
    label(byId("presence-text"), live ? "online" : "connecting");
    const trouble = navigator.onLine ? this.lost && "lost" : "offline";
    byId("banner").hidden = !trouble;
    byId("banner").textContent = trouble ? t(trouble) : "";
  }
}
