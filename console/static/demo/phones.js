// The phones: each is a chat in a frame. It is told what happens, and a scene uses it as its customer would.

const TYPING = 12; // milliseconds a letter, so that it is seen
const PATIENCE = 20_000;

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A name whose direction is its own, whatever stands around it. */
export const isolated = (name) => `\u2068${name}\u2069`;

/** Look until `found()` is something; rejects after a while. */
export async function until(found, patience = PATIENCE) {
  for (const end = performance.now() + patience; performance.now() < end; await pause(40)) {
    const it = found();
    if (it) return it;
  }
  throw new Error("It took too long.");
}

export class Phone {
  constructor(element, about) {
    this.element = element;
    this.frame = element.querySelector("iframe");
    this.become(about);
  }

  /** Whose phone it is from now on. */
  become(about) {
    Object.assign(this, about);
    this.channel?.close();
    this.channel = new BroadcastChannel(`sapa.${about.visitor}`);
    this.element.querySelector(".name").textContent = about.name;
  }

  /** Load the chat anew, as whoever has the phone now. */
  reload() {
    this.frame.contentWindow.location.reload();
  }

  /** Tell the chat what happened. */
  tell(name, data) {
    this.channel.postMessage({ name, data });
  }

  get page() {
    return this.frame.contentDocument;
  }

  get bubbles() {
    return [...this.page.querySelectorAll("#log .message")];
  }

  /** Answers that can still be pressed under the last message. */
  get replies() {
    const last = this.bubbles.at(-1);
    if (!last || last.classList.contains("past")) return [];
    return [...last.querySelectorAll("button.reply:not([aria-disabled=true])")];
  }

  /** The codes that were told: numbers of requests. */
  get codes() {
    return [...this.page.querySelectorAll("#log .message.bot code")].map((code) => code.textContent);
  }

  /** The first button of this name after the message that was the `place`th; it works at any time. */
  anywhere(label, place) {
    const buttons = this.bubbles.slice(place).flatMap((bubble) => [...bubble.querySelectorAll("button.reply")]);
    return buttons.find((reply) => reply.textContent === label);
  }

  /** The names of products that were shown after the message that was the `place`th, with their prices and reasons. */
  captions(place) {
    const shown = this.bubbles.slice(place).filter((bubble) => bubble.querySelector(".text b, .words b, b"));
    return shown.map((bubble) => (bubble.querySelector("b")?.parentElement ?? bubble).innerText.replaceAll("\n", " · "));
  }

  /** Wait until the chat can be used. */
  async open() {
    await until(() => this.page?.readyState === "complete" && this.page.querySelector("#presence[data-live=true]"));
    this.element.scrollIntoView({ block: "nearest", inline: "center", behavior: "smooth" });
  }

  /** Type and send, as its customer does; the place after which the answer stands. */
  async say(text) {
    const box = this.page.getElementById("text");
    for (let length = 1; length <= text.length; length += 1) {
      box.value = text.slice(0, length);
      await pause(Math.min(TYPING, 400 / text.length));
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const before = this.bubbles.length;
    this.page.getElementById("composer").requestSubmit();
    return before + 1;
  }

  /** Wait for answers after a message that was the `place`th, the last of them with something to press. */
  question(place) {
    return until(() => this.bubbles.length > place && this.replies.length > 0 && this.replies);
  }

  /** Press an answer; the place after which the next answer stands. */
  press(reply) {
    const place = this.bubbles.length;
    reply.click();
    return place + 1; // what was pressed becomes a message of the customer's
  }

  /** The picture of the last message that has one, once it can be seen. */
  picture(place) {
    return until(() => {
      const images = this.bubbles.slice(place - 1).flatMap((bubble) => [...bubble.querySelectorAll(".picture img")]);
      return images.find((image) => image.complete && image.naturalWidth > 0);
    });
  }

  /** Show that it is this phone in which something happens. */
  acting(whether) {
    this.element.toggleAttribute("data-acting", whether);
  }
}
