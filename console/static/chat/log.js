// The conversation on the screen: every message once and in its place, what waits to be sent after them.

import { Bubble } from "./bubble.js";
import { byId, make } from "./dom.js";
import { day, sameDay } from "./texts.js";

const NEAR_END = 80; // pixels from the end that still count as being there
const TOGETHER = 5 * 60_000; // messages of one speaker within this time stand close together

export class Log {
  constructor(act) {
    this.act = { ...act, grew: () => this.grew() };
    this.list = byId("log");
    this.scroll = byId("scroll");
    this.bubbles = new Map(); // by message id
    this.seen = new Set(); // places
    this.edits = new Map(); // lines that replace a message, by its id: the message may come later
    this.used = new Map(); // replies that were pressed, by message id
    this.atEnd = true;
    this.scroll.addEventListener("scroll", () => this.scrolled());
    byId("pill").addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => this.grew()).observe(this.scroll);
  }

  get empty() {
    return this.bubbles.size === 0;
  }

  /** Show messages of the conversation; `silent` for what is not news (history). How many were new. */
  show(lines, silent = false) {
    const fresh = lines.filter((line) => !this.seen.has(line.seq));
    const height = this.scroll.scrollHeight;
    this.list.setAttribute("aria-live", silent ? "off" : "polite");
    for (const line of fresh) this.place(line);
    this.arrange();
    const older = silent && !this.atEnd;
    if (older) this.scroll.scrollTop += this.scroll.scrollHeight - height;
    else if (this.atEnd) this.toEnd();
    else if (fresh.some((line) => line.from !== "you")) byId("pill").hidden = false;
    return fresh.length;
  }

  /** Show a message that waits to be sent. */
  wait(line) {
    const bubble = new Bubble(line, this.act);
    this.bubbles.set(line.id, bubble);
    this.list.append(bubble.element);
    this.arrange();
    this.toEnd();
    return bubble;
  }

  /** How far a waiting message got; one that has its place is done. */
  state(id, state, reason) {
    const bubble = this.bubbles.get(id);
    if (bubble && !bubble.line.seq) bubble.setState(state, reason);
  }

  /** Say everything again, in another language. */
  redraw() {
    this.list.setAttribute("aria-live", "off");
    for (const bubble of this.bubbles.values()) bubble.draw();
    this.arrange();
  }

  clear() {
    this.list.replaceChildren();
    for (const known of [this.bubbles, this.seen, this.edits, this.used]) known.clear();
    this.atEnd = true;
  }

  /** Something became taller: whoever reads the end goes on reading it. */
  grew() {
    if (this.atEnd && !this.empty) this.toEnd();
  }

  toEnd(smooth = false) {
    this.atEnd = true;
    byId("pill").hidden = true;
    const calm = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: calm ? "instant" : "smooth" });
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroll;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.atEnd) byId("pill").hidden = true;
    if (scrollTop < NEAR_END) this.act.older();
  }

  place(line) {
    this.seen.add(line.seq);
    if (line.pressed) this.press(line);
    if (line.edits) return this.edit(line);
    if (line.from === "you" && !line.text && !line.kind) return undefined;
    const waiting = this.bubbles.get(line.id);
    if (waiting) waiting.confirm(line);
    const bubble = waiting ?? new Bubble(line, this.act);
    this.bubbles.set(line.id || `seq-${line.seq}`, bubble);
    this.insert(bubble);
    const edit = this.edits.get(line.id);
    if (edit) bubble.replace(edit);
    const used = this.used.get(line.id);
    if (used && used.seq > (edit?.seq ?? 0)) bubble.use(used.button);
    return bubble;
  }

  press(line) {
    const { message, button } = line.pressed;
    const known = this.used.get(message);
    if (known && known.seq > line.seq) return;
    this.used.set(message, { seq: line.seq, button });
    if (line.seq > (this.edits.get(message)?.seq ?? 0)) this.bubbles.get(message)?.use(button);
  }

  edit(line) {
    const known = this.edits.get(line.edits);
    if (known && known.seq > line.seq) return;
    this.edits.set(line.edits, line);
    const bubble = this.bubbles.get(line.edits);
    if (!bubble) return;
    bubble.replace(line);
    const used = this.used.get(line.edits);
    if (used && used.seq > line.seq) bubble.use(used.button);
  }

  /** Put it before the first one with a later place; what waits has none and stays last. */
  insert({ element, line }) {
    let next = null;
    element.dataset.seq = line.seq;
    for (let other = this.list.lastElementChild; other; other = other.previousElementSibling) {
      if (other === element || !other.classList.contains("message")) continue;
      if (Number(other.dataset.seq ?? Infinity) <= line.seq) break;
      next = other;
    }
    if (element.parentNode && element.nextElementSibling === next) return;
    this.list.insertBefore(element, next);
  }

  /** Days between messages, which of them stand together, and which were followed by words of the visitor. */
  arrange() {
    for (const old of this.list.querySelectorAll(".day")) old.remove();
    const shown = new Map([...this.bubbles.values()].map((bubble) => [bubble.element, bubble]));
    const last = Math.max(0, ...[...shown.values()].map(({ line }) => (line.from === "you" && line.seq) || 0));
    let before = null;
    for (const element of [...this.list.children]) {
      const bubble = shown.get(element);
      const newDay = !before || !sameDay(before.at, bubble.at);
      if (newDay) element.before(make("p", { class: "day" }, make("span", { text: day(bubble.at) })));
      const together = !newDay && before.line.from === bubble.line.from && bubble.at - before.at < TOGETHER;
      element.classList.toggle("follows", together);
      element.classList.toggle("past", bubble.said < last);
      before?.element.classList.toggle("followed", together);
      before = bubble;
    }
    before?.element.classList.remove("followed");
  }
}
