// The demo's page: one clock, one stream, five phones, seven scenes.

import { byId, make } from "../chat/dom.js";
import { Phone, isolated, until } from "./phones.js";
import * as scenes from "./scenes.js";
import { follow, restart } from "./stream.js";

const LOCALES = { en: "en-GB", ms: "ms-MY", vi: "vi-VN", ar: "ar-u-nu-latn", zh: "zh-CN" };
const { language, zone, texts, phones } = JSON.parse(byId("settings").textContent);

const stage = {
  texts,
  listed: (names) => new Intl.ListFormat(LOCALES[language], { type: "conjunction" }).format(names.map(isolated)),
  phones: phones.map((about) => new Phone(byId(`phone-${about.language}`), about)),
  standing: {},
  process: { restarts: 0, words: "" },
  live: false,
  sweeping: false,
  ahead: 0,
  phone: (wanted) => stage.phones.find((phone) => phone.language === wanted),
  /** The first of these phones with which the bot speaks; null when a person has all their conversations. */
  free: (...wanted) => wanted.map(stage.phone).find((phone) => !stage.standing[phone.language]?.held) ?? null,
  /** Do something in a phone, which is seen to be used meanwhile. */
  async in(phone, work) {
    await phone.open();
    phone.acting(true);
    try {
      return await work();
    } finally {
      phone.acting(false);
    }
  },
  /** Give the phones to five others, and wait until they can be used. */
  async recast() {
    const before = stage.phones.map((phone) => phone.visitor).join();
    await scenes.post("cast");
    await until(() => stage.phones.map((phone) => phone.visitor).join() !== before);
    await until(() => stage.phones.every((phone) => stage.standing[phone.language]?.soon));
    for (const phone of stage.phones) await phone.open();
  },
};

follow(hear, live).then(leave);
setInterval(draw, 1_000);
byId("halt").addEventListener("click", () => scenes.post("time", { to: "stop" }));
byId("here").addEventListener("click", () => location.reload());
byId("recast").addEventListener("click", () => act("recast", () => stage.recast()));
for (const button of document.querySelectorAll("[data-to]"))
  button.addEventListener("click", () => scenes.post("time", { to: button.dataset.to }));
for (const button of document.querySelectorAll("[data-scene]"))
  button.addEventListener("click", () => play(button.dataset.scene));

function hear(name, data) {
  if (name === "phone") stage.phone(data.phone)?.tell(data.name, data.data);
  if (name === "process") showProcess(data);
  if (name === "clock") setClock(data);
  if (name === "standing") showStanding(data);
  if (name === "cast") enter(data);
}

function live(whether, over) {
  stage.live = whether;
  for (const phone of stage.phones) phone.tell("live", { live: whether });
  if (whether || over === "replaced") return;
  if (byId("process").dataset.state !== "up" && over !== "closing") return;
  byId("process").dataset.state = over === "closing" ? "stopped" : "killed";
  byId("process-words").textContent = over === "closing" ? texts.stopped : texts.killed;
}

function showProcess(process) {
  stage.process = process;
  byId("process").dataset.state = "up";
  byId("process-words").textContent = process.words;
}

function setClock({ now, sweeping }) {
  stage.ahead = now - Date.now();
  stage.sweeping = sweeping;
  allow();
  draw();
}

function draw() {
  const now = new Date(Date.now() + stage.ahead);
  byId("clock").textContent = told(now, zone, { timeStyle: "short" });
  byId("date").textContent = told(now, zone, { weekday: "long", day: "numeric", month: "long" });
  for (const phone of stage.phones) {
    phone.element.querySelector(".there time").textContent = told(now, phone.zone, { timeStyle: "short" });
    phone.element.querySelector(".there .date").textContent = told(now, phone.zone, { weekday: "short", day: "numeric" });
    phone.tell("clock", { now: now.getTime() });
    phone.tell("live", { live: stage.live });
  }
}

const told = (moment, timeZone, form) => new Intl.DateTimeFormat(LOCALES[language], { ...form, timeZone }).format(moment);

function showStanding(standing) {
  stage.standing = standing;
  for (const phone of stage.phones) {
    const { state, words, next } = standing[phone.language] ?? {};
    const line = phone.element.querySelector(".greeting");
    line.dataset.state = state ?? "";
    line.textContent = words || next || "";
  }
}

/** Others have the phones. */
function enter(cast) {
  for (const about of cast) {
    const phone = stage.phone(about.language);
    phone.become(about);
    phone.element.querySelector(".city").textContent = about.city;
    phone.reload();
  }
  restart();
}

/** Play a scene; one at a time. */
function play(name) {
  const scene = byId(`scene-${name}`);
  const story = scene.querySelector(".story");
  const tell = (words, kind = "") => {
    story.append(make("li", { class: kind, text: words }));
    story.scrollTop = story.scrollHeight;
  };
  story.replaceChildren();
  return act(name, async () => {
    scene.dataset.state = "running";
    try {
      await scenes[name](stage, tell);
      scene.dataset.state = "done";
    } catch (error) {
      console.warn(error);
      tell(texts.failed, "bad");
      scene.dataset.state = "failed";
    }
  });
}

let acting = "";

async function act(name, work) {
  if (acting) return;
  acting = name;
  allow();
  try {
    await work();
  } finally {
    acting = "";
    allow();
  }
}

/** What may be pressed now. */
function allow() {
  const busy = Boolean(acting) || stage.sweeping;
  for (const button of document.querySelectorAll("[data-to], [data-scene], #recast")) button.disabled = busy;
  byId("halt").hidden = !stage.sweeping;
}

function leave() {
  live(false, "replaced");
  byId("notice").hidden = false;
  byId("notice").querySelector("span").textContent = texts.elsewhere;
}
