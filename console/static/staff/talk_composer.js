// The answer: sent without leaving the page, kept as it is typed, with canned replies after a slash.

import { Picker } from "./talk_picker.js";

const KEEP_AFTER = 700; // milliseconds after the last key

export class Composer {
  constructor(form, words, live) {
    Object.assign(this, { form, words, live });
    this.text = form.elements.text;
    this.file = form.elements.file;
    this.button = form.querySelector("button[type=submit]");
    this.warning = document.getElementById("warning");
    this.home = form.dataset.home;
    this.saved = this.text.value;
    this.sending = false;
    this.replies = null;
    new Picker(this.text, document.getElementById("replies"), {
      find: (before) => before.match(/(?:^|\s)\/([^\s/]{0,40}(?: [^\s/]{1,40}){0,3})$/)?.[1],
      items: (sought) => this.fitting(sought),
      draw: (reply) => drawn(reply),
      choose: (reply, sought) => this.put(reply, sought),
    });
  }

  run() {
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
    this.text.addEventListener("paste", (event) => this.pasted(event));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.file?.addEventListener("change", () => this.attached());
    document.getElementById("detach")?.addEventListener("click", () => {
      this.file.value = "";
      this.attached();
    });
    addEventListener("pagehide", () => this.keep(true));
    this.grow();
    if (!document.querySelector(".deeds > details[open]")) this.text.focus({ preventScroll: true });
  }

  typed() {
    this.form.elements.anyway.value = "";
    this.warning.hidden = true;
    this.button.textContent = this.button.dataset.send;
    this.grow();
    this.live.typing();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER);
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, innerHeight / 3)}px`;
  }

  /** Keep what is typed on the server, and hear what should be looked at in it. */
  async keep(leaving = false) {
    clearTimeout(this.timer);
    const text = this.text.value;
    if (text === this.saved || this.sending || this.form.elements.edits) return;
    try {
      const answer = await this.live.post("draft", { text }, { keepalive: leaving });
      if (!answer.ok) return;
      this.saved = text;
      const { hint } = await answer.json();
      if (this.text.value === text) document.getElementById("hint").textContent = hint;
    } catch {
      // kept with the next key, and it still stands in the field
    }
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending || !(this.text.value.trim() || this.file?.files.length)) return;
    this.sending = true;
    this.button.disabled = true;
    clearTimeout(this.timer);
    try {
      await this.send();
    } catch {
      this.tell(this.words.failed);
    } finally {
      this.sending = false;
      this.button.disabled = false;
    }
  }

  async send() {
    const answer = await fetch(this.form.action, {
      method: "POST",
      body: new FormData(this.form),
      headers: { Accept: "application/json" },
    });
    if (answer.status === 409 || answer.redirected) return this.lost();
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return this.refused(said);
    if (this.form.elements.edits) return location.assign(this.home);
    this.form.elements.nonce.value = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.form.elements.canned.value = "";
    this.form.reset();
    this.text.value = this.saved = "";
    document.getElementById("hint").textContent = "";
    this.typed();
    clearTimeout(this.timer);
    this.attached();
    this.text.focus();
    this.live.toEnd();
    return this.live.look();
  }

  refused({ error, anyway }) {
    this.form.elements.anyway.value = anyway ?? "";
    this.button.textContent = anyway ? this.button.dataset.anyway : this.button.dataset.send;
    this.tell(error ?? this.words.failed);
    this.text.focus();
  }

  /** Somebody else has it: the server shows the page with what was typed. */
  lost() {
    this.form.submit();
  }

  tell(words) {
    this.warning.hidden = false;
    this.warning.textContent = words;
  }

  attached() {
    const [file] = this.file?.files ?? [];
    const shown = document.getElementById("attached");
    shown.hidden = !file;
    if (file) shown.querySelector("span").textContent = this.file.dataset.words.replace("%s", file.name);
  }

  pasted(event) {
    if (!this.file || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    this.file.files = event.clipboardData.files;
    this.attached();
  }

  async fitting(sought) {
    this.replies ??= fetch(`${this.home}/canned`, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json())
      .then(({ replies }) => replies)
      .catch(() => {
        this.replies = null;
        return [];
      });
    const words = sought.toLocaleLowerCase();
    const replies = (await this.replies) ?? [];
    const begins = ({ shortcut }) => shortcut.toLocaleLowerCase().startsWith(words);
    const holds = ({ shortcut, title, text }) => `${shortcut} ${title} ${text}`.toLocaleLowerCase().includes(words);
    return [...replies.filter(begins), ...replies.filter((one) => !begins(one) && holds(one))];
  }

  put(reply, sought) {
    if (reply.problem) {
      this.tell(reply.problem);
      return null;
    }
    const { canned } = this.form.elements;
    canned.value = [...new Set([...canned.value.split(","), reply.id])].filter(Boolean).join(",");
    return { cut: sought.length + 1, put: reply.text };
  }
}

function drawn(reply) {
  const item = Object.assign(document.createElement("li"), { id: `reply-${reply.id}`, role: "option" });
  const name = Object.assign(document.createElement("b"), { textContent: `/${reply.shortcut}` });
  const title = Object.assign(document.createElement("span"), { textContent: ` ${reply.title} ${reply.note}` });
  const text = Object.assign(document.createElement("span"), { className: "words", dir: "auto" });
  text.textContent = reply.problem || reply.text;
  item.append(name, title, text);
  return item;
}
