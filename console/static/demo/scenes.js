// The seven scenes. Each uses the phones as their customers do, and tells what happens line by line.

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

/** Answer a survey unhappily in one phone: a request is opened, and asked after. */
export async function listen(stage, tell) {
  const phone = stage.free("zh", "ms", "en", "vi", "ar");
  if (!phone) return tell(stage.texts.held, "bad");
  return stage.in(phone, async () => {
    tell(stage.texts.answers_survey.replace("{name}", phone.name));
    let place = await phone.say(phone.survey);
    const numbers = () => phone.codes.length;
    const before = numbers();
    let said = false;
    for (let asked = 0; asked < 12; asked += 1) {
      const offered = await phone.question(place).catch(() => null);
      if (!offered || numbers() > before) break;
      await pause(350);
      const skip = offered.find((reply) => reply.textContent === phone.skip);
      if (!skip && !said) tell(stage.texts.unhappy.replace("{name}", phone.name));
      said ||= !skip;
      place = phone.press(skip ?? offered[0]);
      await until(() => phone.bubbles.length > place && phone.bubbles.at(-1).classList.contains("bot"));
      if (numbers() > before) break;
    }
    if (numbers() === before) return tell(stage.texts.no_survey.replace("{name}", phone.name), "bad");
    tell(stage.texts.opened.replace("{result}", isolated(phone.codes.at(-1))), "good");
    await pause(600);
    tell(stage.texts.asks_after.replace("{name}", phone.name));
    await phone.question(await phone.say(phone.requests));
    return undefined;
  });
}

/** Ask for a recommendation in one phone, and say no to a product. */
export async function recommend(stage, tell) {
  const phone = stage.free("en", "vi", "ms", "ar", "zh");
  if (!phone) return tell(stage.texts.held, "bad");
  return stage.in(phone, async () => {
    tell(stage.texts.asks_recommendation.replace("{name}", phone.name));
    const place = await phone.say(phone.recommend);
    const refusal = await until(() => phone.anywhere(phone.notForMe, place));
    await pause(600);
    for (const lines of phone.captions(place)) tell(lines);
    const before = phone.bubbles.length;
    refusal.click();
    await until(() => phone.bubbles.length > before + 1);
    tell(stage.texts.refuses.replace("{name}", phone.name), "good");
  });
}

/** One asks for a pause, then the team's news goes to all five; who has it, and why one has not. */
export async function broadcast(stage, tell) {
  const phone = stage.free("ms", "vi", "zh", "en", "ar");
  if (!phone) return tell(stage.texts.held, "bad");
  await stage.in(phone, async () => {
    tell(stage.texts.pauses.replace("{name}", phone.name));
    await phone.question(await phone.say(phone.pause));
    await pause(400);
  });
  const planned = await (await post("broadcast")).json();
  tell(planned.words);
  await swept();
  const { got, not } = Object.groupBy(stage.phones, ({ language }) => (stage.standing[language].news.told ? "got" : "not"));
  if (got) tell(stage.texts.reached.replace("{names}", stage.listed(got.map(({ name }) => name))), "good");
  for (const one of not ?? []) tell(`${isolated(one.name)}: ${stage.standing[one.language].news.words}`, "bad");
  return undefined;

  async function swept() {
    await until(() => stage.sweeping, 5_000).catch(() => {}); // it may be over before it was seen
    await until(() => !stage.sweeping, GREETING_PATIENCE);
    await until(() => stage.phones.some(({ language }) => stage.standing[language].news?.campaign === planned.campaign));
  }
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
