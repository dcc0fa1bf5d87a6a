// The four scenes. Each uses the phones as their customers do, and tells what happens line by line.

import { decoder } from "../till/decode.js";
import { pause, until } from "./phones.js";

export const GREETING_PATIENCE = 90_000;

/** A request that changes something; its answer. */
export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return fetch(`/demo/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Let time pass until everybody was greeted; with others where these have been greeted already. */
export async function greet(stage, tell) {
  const before = stage.greetings;
  await pass(stage, tell);
  for (const phone of stage.phones) {
    const { state, at, words } = stage.greetings[phone.language] ?? {};
    if (at && at !== before[phone.language]?.at) tell(`${phone.name}: ${words}`, state === "told" ? "good" : "bad");
  }
}

/** Exchange points for a reward in one phone, and scan its code twice. */
export async function redeem(stage, tell) {
  for (const language of ["ms", "zh", "vi", "ar", "en"]) {
    const phone = stage.phone(language);
    if (await stage.in(phone, () => redeemIn(phone, stage, tell))) return;
  }
  tell(stage.texts.poor, "bad");
}

async function redeemIn(phone, stage, tell) {
  tell(stage.texts.asks.replace("{name}", phone.name));
  const offered = await phone.question(await phone.say(phone.rewards));
  if (offered.length < 2) return false; // nothing but “Nothing for now”
  await pause(400);
  const [yes] = await phone.question(phone.press(offered[0]));
  await pause(400);
  const picture = await phone.picture(phone.press(yes));
  tell(stage.texts.voucher.replace("{name}", phone.name));
  const code = await read(picture);
  if (!code) {
    tell(stage.texts.unread, "bad");
    return true;
  }
  for (const scan of ["first", "second"]) {
    await pause(500);
    const { accepted, words } = await (await post("scan", { text: code })).json();
    tell(stage.texts[scan].replace("{result}", words), accepted ? "good" : "bad");
  }
  return true;
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
  if (!(await soon(stage, tell))) return;
  const phone = stage.phone("ar");
  await stage.in(phone, async () => {
    if (phone.complaining) return tell(stage.texts.waiting.replace("{name}", phone.name));
    const place = await phone.say(phone.person);
    await until(() => phone.bubbles.length > place);
    await phone.say(phone.complaint);
    phone.complaining = true;
    await pause(800);
    return tell(stage.texts.complained.replace("{name}", phone.name));
  });
  await greet(stage, tell);
}

/** Kill the bot while its question is open; the customer answers all the same. */
export async function kill(stage, tell) {
  const phone = stage.phone("vi");
  await stage.in(phone, async () => {
    const { restarts } = stage.process;
    const place = await phone.say(phone.rewards);
    const offered = await phone.question(place);
    tell(stage.texts.asked.replace("{name}", phone.name));
    await pause(600);
    post("kill").catch(() => {}); // nobody is left to answer
    await until(() => !stage.live);
    tell(stage.texts.killed, "bad");
    const answered = phone.press(offered.at(0));
    tell(stage.texts.answered.replace("{name}", phone.name));
    await until(() => stage.process.restarts > restarts, 60_000);
    tell(stage.process.words);
    await until(() => phone.bubbles.length > answered && phone.bubbles.at(-1).classList.contains("bot"), 60_000);
    tell(stage.texts.goes_on, "good");
  });
}

/** Let time pass to the end of the coming greetings. */
async function pass(stage, tell) {
  if (!(await soon(stage, tell))) return;
  tell(stage.texts.passes);
  const response = await post("time", { to: "greetings" });
  if (!response.ok) throw new Error("Time passes already.");
  await until(() => stage.sweeping, 5_000).catch(() => {}); // it may be over before it was seen
  await until(() => !stage.sweeping, GREETING_PATIENCE);
  await pause(300);
}

/** See that somebody here has a greeting to come; otherwise others get the phones. */
async function soon(stage, tell) {
  if (stage.phones.some((phone) => stage.greetings[phone.language]?.soon)) return true;
  await stage.recast();
  tell(stage.texts.recast);
  return true;
}
