// The chat's page: history first, then what happens, and what the visitor sends.

import { call, establish, me } from "./api.js";
import { Composer } from "./composer.js";
import { byId, make } from "./dom.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { prepared } from "./pictures.js";
import { Status } from "./status.js";
import { Stream } from "./stream.js";
import { setClock, speak, t, ui } from "./texts.js";

const log = new Log({ press, share, enlarge, older, retry: () => outbox.hurry() });
const status = new Status(() => log.grew());
const composer = new Composer(sendText, sendPicture);
let outbox, stream, tabs;
let earlier = null; // the place before which there is more; null: nothing more, or not known yet
let loading = false;

byId("language").addEventListener("change", (event) => chooseLanguage(event.target.value));
byId("earlier").addEventListener("click", older);
byId("close")?.addEventListener("click", leaveFrame);
addEventListener("keydown", (event) => event.key === "Escape" && leaveFrame());
const introduced = introduce();
introduced.then(begin);

/** What can be sent from now on is sent as somebody. */
async function introduce() {
  await persistently(establish);
  composer.restore();
  outbox = new Outbox(onSending);
  tabs = otherTabs();
}

async function send(content) {
  await introduced;
  outbox.send(content);
}

/** Load the newest messages and follow what comes after them. */
async function begin() {
  const page = await persistently(async () => (await call("/chat/history")).json());
  log.clear();
  more(page.before);
  log.show(page.messages, true);
  for (const item of outbox.items) log.bubbles.has(item.id) || log.wait(bubbleOf(item));
  greet();
  if (!log.empty) log.toEnd();
  if (!me.followed) {
    stream = new Stream(page.last, onEvent, onLive);
    stream.run();
  }
  outbox.flush();
}

function onLive(live) {
  if (live && !status.live) outbox.hurry();
  status.setLive(live);
}

function onEvent(name, data) {
  if (name === "reset") return setTimeout(() => location.reload(), 1_000);
  tabs?.postMessage({ name, data });
  return happen(name, data);
}

function happen(name, data) {
  if (name === "typing") status.setTyping(data.typing);
  if (name === "language") changeWords(data.language);
  if (name === "live") onLive(data.live);
  if (name === "clock" && setClock(data.now)) log.arrange();
  if (name !== "message") return;
  if (data.from !== "you") status.setTyping(false);
  const shown = log.show([data]);
  greet();
  if (data.from !== "you") status.miss(shown);
}

/** Only one tab of a browser has a stream; it tells the others. */
function otherTabs() {
  if (!globalThis.BroadcastChannel) return null;
  const channel = new BroadcastChannel(`sapa.${me.visitor}`);
  channel.addEventListener("message", ({ data }) => happen(data.name, data.data));
  return channel;
}

async function older() {
  if (loading || earlier === null) return;
  loading = true;
  try {
    const page = await (await call(`/chat/history?before=${earlier}`)).json();
    log.show(page.messages, true);
    more(page.before);
  } catch {
    // the button stays, and so does scrolling
  } finally {
    loading = false;
  }
}

function more(before) {
  earlier = before;
  byId("earlier").hidden = before === null;
}

/** First questions for somebody who never wrote. */
function greet() {
  byId("hello").hidden = !log.empty;
  const questions = ui.suggestions.map((text) => {
    const button = make("button", { class: "reply", type: "button", text });
    button.addEventListener("click", () => sendText(text));
    return button;
  });
  byId("suggestions").replaceChildren(...questions);
}

function sendText(text) {
  send({ text });
}

function press(line, button) {
  send({ button: button.data, message: line.id, label: button.label });
}

async function sendPicture(file) {
  try {
    const ready = await prepared(file);
    send({ file: ready, preview: URL.createObjectURL(ready) });
  } catch (error) {
    notice(error.message);
  }
}

function share(request) {
  if (request !== "location") return composer.focus("tel");
  const refused = () => notice(t("noPlace"));
  if (!navigator.geolocation) return refused();
  return navigator.geolocation.getCurrentPosition(
    ({ coords }) => send({ place: { latitude: coords.latitude, longitude: coords.longitude } }),
    refused,
    { timeout: 10_000 },
  );
}

function onSending(item, state, reason) {
  if (!log.bubbles.has(item.id) && hasBubble(item)) log.wait(bubbleOf(item));
  log.state(item.id, state, state === "refused" || state === "failed" ? reason : "");
  greet();
  // The first message makes the visitor a contact, perhaps in another process than the one we listen to.
  if (state === "sent") setTimeout(() => stream?.cursor === 0 && stream.restart(), 1_500);
}

const hasBubble = (item) => !item.button || Boolean(item.label);

function bubbleOf(item) {
  const text = (item.text ?? item.label ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const kind = item.place ? "location" : item.file ? "photo" : "";
  return { id: item.id, from: "you", at: item.at, text, kind, preview: item.preview };
}

/** The visitor chose: the page follows at once, the bot when the conversation has begun. */
async function chooseLanguage(language) {
  await changeWords(language);
  if (!log.empty) send({ button: `!.language-${language}` });
}

async function changeWords(language) {
  if (language === ui.language) return;
  const settings = await persistently(async () => (await call(`/chat/texts?lang=${language}`)).json());
  speak(settings);
  byId("language").value = language;
  log.redraw();
  greet();
  status.draw();
}

function enlarge(source, alt) {
  Object.assign(byId("viewer-picture"), { src: source, alt });
  byId("viewer").showModal();
}

function notice(words) {
  byId("banner").textContent = words;
  byId("banner").hidden = false;
  setTimeout(() => status.draw(), 6_000);
}

function leaveFrame() {
  const { host } = document.body.dataset;
  if (host && !byId("viewer").open) parent.postMessage({ sapa: "close" }, host);
}

/** Try until it works: the server may be starting. */
async function persistently(work) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 15_000)) {
    try {
      return await work();
    } catch {
      status.setLive(false);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
