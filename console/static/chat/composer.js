// Where the visitor writes. Enter sends and Shift+Enter begins a new line; a draft survives a reload.

import { call, me } from "./api.js";
import { byId } from "./dom.js";
import { keep } from "./keep.js";

const TELL_EVERY = 4_000; // that somebody is typing

export class Composer {
  /** `onText(text)` and `onPicture(file)` take what is sent. */
  constructor(onText, onPicture) {
    this.onText = onText;
    this.onPicture = onPicture;
    this.text = byId("text");
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("input", () => this.tell());
    this.told = -TELL_EVERY;
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.files(event, event.clipboardData.files));
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    byId("picture").addEventListener("change", (event) => this.chosen(event.target));
    const room = byId("scroll");
    room.addEventListener("dragover", (event) => event.preventDefault());
    room.addEventListener("drop", (event) => this.files(event, event.dataTransfer.files));
  }

  get draft() {
    return `sapa.draft.${me.visitor}`;
  }

  /** Bring back what this visitor had begun to write. */
  restore() {
    this.text.value ||= keep.get(this.draft) ?? "";
    this.changed();
  }

  focus(mode = "text") {
    this.text.inputMode = mode;
    this.text.focus();
  }

  /** Let the team see that somebody is typing; nothing depends on it. */
  tell() {
    const now = performance.now();
    if (!this.text.value.trim() || now - this.told < TELL_EVERY) return;
    this.told = now;
    call("/chat/typing", { method: "POST" }).catch(() => {});
  }

  key(event) {
    // While an input method composes (Chinese, Vietnamese), Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (text) this.onText(text);
    this.text.value = "";
    this.text.inputMode = "text";
    this.changed();
    this.text.focus();
  }

  files(event, files) {
    if (files.length === 0) return;
    event.preventDefault();
    for (const file of files) this.onPicture(file);
  }

  chosen(input) {
    for (const file of input.files) this.onPicture(file);
    input.value = "";
  }

  changed() {
    if (this.text.value) keep.set(this.draft, this.text.value);
    else keep.remove(this.draft);
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }
}
