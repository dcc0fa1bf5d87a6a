// One message as it is shown: who said it, its picture and text, the quick replies under it, its time and state.

import { me, picture } from "./api.js";
import { make } from "./dom.js";
import { plain, rich } from "./rich.js";
import { label, t, timeOfDay, ui } from "./texts.js";

const KINDS = ["voice", "video", "document", "sticker", "location", "contact", "photo"];

export class Bubble {
  /**
   * `line` is a message of the protocol, or one that waits to be sent (no `seq`). `act` knows what presses do:
   * `press(line, button)`, `share(line)`, `enlarge(source, alt)`, `retry()`, `grew()`.
   */
  constructor(line, act) {
    this.act = act;
    this.line = line;
    this.body = make("div", { class: "body" });
    this.replies = make("div", { class: "replies", role: "group", data: { label: "replies" } });
    this.meta = make("p", { class: "meta" });
    this.element = make("article", { class: `message ${line.from}` }, this.body, this.meta, this.replies);
    this.state = line.seq ? "" : "sending";
    this.draw();
  }

  get at() {
    return new Date(this.line.at);
  }

  /** The place at which it was last said. */
  get said() {
    return this.edited ?? this.line.seq;
  }

  /** Show another text and other replies in its place. */
  replace(line) {
    this.edited = line.seq;
    this.line = { ...line, id: this.line.id, seq: this.line.seq, at: this.line.at };
    this.chosen = "";
    this.draw();
  }

  /** The server took it and gave it its place. */
  confirm(line) {
    this.line = line;
    this.setState("");
  }

  /** sending, sent, failed, refused; `reason` in the visitor's language. */
  setState(state, reason = "") {
    this.state = state;
    this.reason = reason;
    this.drawMeta();
  }

  /** A reply of this message was used: none can be used again until the message changes. */
  use(button) {
    this.chosen = button;
    for (const reply of this.replies.querySelectorAll("button")) {
      reply.setAttribute("aria-disabled", "true");
      if (reply.dataset.button !== button) continue;
      reply.classList.add("chosen");
      reply.setAttribute("aria-pressed", "true");
    }
  }

  draw() {
    const { line } = this;
    const who = make("span", { class: "hidden", text: `${this.speaker()}: ` });
    const kind = KINDS.includes(line.kind) && !line.picture && !line.preview;
    const text = make("div", { class: "text", dir: "auto" }, kind ? t(line.kind) : rich(line.text ?? ""));
    this.body.replaceChildren(who, ...this.picture(), ...this.file(), ...(line.text || kind ? [text] : []));
    this.body.classList.toggle("bare", !line.text && !kind && !line.file);
    this.drawReplies();
    this.drawMeta();
  }

  speaker() {
    if (this.line.from === "you") return t("you");
    return this.line.from === "person" ? this.line.author || t("person") : ui.business;
  }

  picture() {
    const { picture: shown, preview } = this.line;
    if (!shown && !preview) return [];
    const alt = shown?.alt || plain(this.line.text ?? "") || t("picture");
    const image = make("img", { alt, loading: "lazy", decoding: "async" });
    image.addEventListener("load", () => this.act.grew());
    const button = make("button", { class: "picture", type: "button", "aria-label": `${t("enlarge")}: ${alt}` }, image);
    button.addEventListener("click", () => this.act.enlarge(image.src, alt));
    const missing = () => button.replaceWith(make("div", { class: "text" }, t("photo")));
    image.addEventListener("error", missing);
    const source = preview ? Promise.resolve(preview) : picture(shown.id);
    source.then((address) => (image.src = address)).catch(missing);
    return [button];
  }

  file() {
    const { file } = this.line;
    if (!file) return [];
    const name = file.name || t("document");
    const link = make("a", { href: `/media/${file.id}`, download: name, dir: "auto", text: name });
    link.addEventListener("click", async (event) => {
      if (!me.token || link.href.startsWith("blob:")) return;
      event.preventDefault(); // a link carries cookies only
      link.href = await picture(file.id);
      link.click();
    });
    return [make("p", { class: "text file" }, link)];
  }

  drawReplies() {
    const rows = inRows(this.line.buttons ?? []).map((row) => row.map((button) => this.reply(button)));
    if (this.line.request) rows.unshift([this.request()]);
    this.replies.replaceChildren(...rows.map((row) => make("div", { class: "row" }, ...row)));
    this.replies.hidden = rows.length === 0;
    this.replies.setAttribute("aria-label", t("replies"));
    if (this.chosen) this.use(this.chosen);
  }

  reply(button) {
    if (button.url) {
      const safe = /^https?:\/\//i.test(button.url) ? { href: button.url } : {};
      return make("a", { class: "reply", text: button.label, target: "_blank", rel: "noopener noreferrer", ...safe });
    }
    const reply = make("button", { class: "reply", type: "button", data: { button: button.data } }, button.label);
    reply.addEventListener("click", () => {
      if (reply.getAttribute("aria-disabled") === "true") return;
      this.use(button.data);
      this.act.press(this.line, button);
    });
    return reply;
  }

  request() {
    const reply = make("button", { class: "reply", type: "button", text: this.line.request_label || t("send") });
    reply.addEventListener("click", () => this.act.share(this.line.request));
    return reply;
  }

  drawMeta() {
    const time = make("time", { datetime: this.at.toISOString(), text: timeOfDay(this.at) });
    const named = this.line.author ? make("span", { dir: "auto" }, this.line.author) : label(make("span"), "person");
    const name = this.line.from === "person" ? [named] : [];
    this.meta.replaceChildren(...name, time, ...this.progress());
    this.element.dataset.state = this.state;
  }

  progress() {
    if (!this.state) return [];
    const words = this.reason || t(this.state === "refused" ? "failed" : this.state);
    const state = make("span", { class: "state", text: words });
    if (this.state !== "failed") return [state];
    const retry = label(make("button", { class: "retry", type: "button" }), "retry");
    retry.addEventListener("click", () => this.act.retry());
    return [state, retry];
  }
}

/** Rows as they were meant; replies that had a row each stand side by side where there is room. */
function inRows(rows) {
  return rows.length > 1 && rows.every((row) => row.length === 1) ? [rows.flat()] : rows;
}
