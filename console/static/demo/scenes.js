// The four scenes. Each uses the phones as their customers do, and tells what happens line by line.

import { decoder } from "../till/decode.js";
import { isolated, pause, until } from "./phones.js";

export const GREETING_PATIENCE = 90_000;

/** A request that changes something; its answer. */
export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return fetch(`/demo/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Let time pass until everybody was greeted; with others where these have been greeted already. */
export async function greet(stage, tell) {
  const before = stage.standing;
  await pass(stage, tell);
  const fresh = stage.phones.filter(({ language }) => stage.standing[language].at !== before[language]?.at);
  const told = fresh.filter(({ language }) => stage.standing[language].state === "told");
  if (told.length) tell(stage.texts.greeted.replace("{names}", stage.listed(told.map(({ name }) => name))), "good");
  for (const phone of fresh.filter((one) => !told.includes(one)))
    tell(`${isolated(phone.name)}: ${stage.standing[phone.language].words}`, "bad");
}

/** Exchange points for a reward in one phone, and scan its code twice. */
export async function redeem(stage, tell) {
  const phone = stage.free("ms", "zh", "en", "vi", "ar");
  if (!phone) return tell(stage.texts.held, "bad");
  return stage.in(phone, () => redeemIn(phone, stage, tell));
}

async function redeemIn(phone, stage, tell) {
  tell(stage.texts.asks.replace("{name}", phone.name));
  const offered = await rewards(phone);
  const wanted = offered.find((reply) => phone.vouchers.includes(reply.textContent));
  if (!wanted) return tell(stage.texts.poor, "bad");
  await pause(400);
  const [yes] = await phone.question(phone.press(wanted));
  await pause(400);
  const picture = await phone.picture(phone.press(yes));
  tell(stage.texts.voucher.replace("{name}", phone.name));
  const code = await read(picture);
  if (!code) return tell(stage.texts.unread, "bad");
  for (const scan of ["first", "second"]) {
    await pause(500);
    const { accepted, words } = await (await post("scan", { text: code })).json();
    tell(stage.texts[scan].replace("{result}", words), accepted ? "good" : "bad");
  }
  return undefined;
}

/** Ask for the rewards by the menu, which interrupts whatever was being asked; what can be had. */
async function rewards(phone) {
  const menu = await phone.question(await phone.say("menu"));
  await pause(300);
  return phone.question(phone.press(menu.find((reply) => reply.textContent === phone.rewards)));
}

/** What the QR code in a picture says; null when it cannot be read. */
async function read(picture) {
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return (await decoder())(canvas);
}

/** Complain in one phone, then let time pass: everybody is greeted but whoever complained. */
export async function complain(stage, tell) {
  await soon(stage, tell);
  const open = stage.phones.find(({ language }) => stage.standing[language].held);
  if (open) tell(stage.texts.waiting.replace("{name}", open.name));
  else await complainIn(stage.phone("ar"), stage, tell);
  await greet(stage, tell);
}

function complainIn(phone, stage, tell) {
  return stage.in(phone, async () => {
    await phone.say(phone.person);
    await until(() => stage.standing[phone.language].held);
    await pause(400);
    await phone.say(phone.complaint);
    tell(stage.texts.complained.replace("{name}", phone.name));
    await pause(800);
  });
}

/** Kill the bot while its question is open; the customer answers all the same. */
export async function kill(stage, tell) {
  const phone = stage.free("vi", "zh", "en", "ms", "ar");
  if (!phone) return tell(stage.texts.held, "bad");
  return stage.in(phone, async () => {
    const { restarts, pid } = stage.process;
    const offered = await rewards(phone);
    tell(stage.texts.asked.replace("{name}", phone.name));
    await pause(600);
    await post("kill", { pid });
    await until(() => !stage.live);
    tell(stage.texts.killed, "bad");
    const answered = phone.press(offered[0]);
    tell(stage.texts.answered.replace("{name}", phone.name));
    await until(() => stage.process.restarts > restarts, 60_000);
    tell(stage.process.words);
    await until(() => phone.bubbles.length > answered && phone.bubbles.at(-1).classList.contains("bot"), 60_000);
    tell(stage.texts.goes_on, "good");
  });
}

/** Let time pass to the end of the coming greetings. */
async function pass(stage, tell) {
  await soon(stage, tell);
  tell(stage.texts.passes);
  const response = await post("time", { to: "greetings" });
  if (!response.ok) throw new Error("Time passes already.");
  await until(() => stage.sweeping, 5_000).catch(() => {}); // it may be over before it was seen
  await until(() => !stage.sweeping, GREETING_PATIENCE);
  await pause(300);
}

/** See that somebody here has a greeting to come; otherwise others get the phones. */
async function soon(stage, tell) {
  if (stage.phones.some(({ language }) => stage.standing[language].soon)) return;
  await stage.recast();
  tell(stage.texts.recast);
}
