// The page's words; days and times as each language writes them to a customer.

const LOCALES = { en: "en-GB", ms: "ms-MY", vi: "vi-VN", ar: "ar-u-nu-latn", zh: "zh-CN" };

export const ui = JSON.parse(document.getElementById("settings").textContent);

const zone = document.body.dataset.zone; // of a page that stands for somebody elsewhere
let ahead = 0; // milliseconds

/** The time, by the clock that the page was told of. */
export const now = () => new Date(Date.now() + ahead);

/** From now on it is this moment, in milliseconds; whether that is another day. */
export function setClock(moment) {
  const before = now();
  ahead = moment - Date.now();
  return !sameDay(before, now());
}

export const t = (name) => ui.texts[name] ?? name;

/** Put the words of another language in place everywhere. */
export function speak(settings) {
  Object.assign(ui, settings);
  document.documentElement.lang = ui.language;
  document.documentElement.dir = ui.direction;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of document.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
}

/** Give an element words that follow the language. */
export function label(element, name) {
  element.dataset.text = name;
  element.textContent = t(name);
  return element;
}

/** 9.00 am, 9.00 pagi, 09:00: the same forms as the messages use. */
export function timeOfDay(instant) {
  const moment = there(instant);
  const hour = moment.getHours();
  const minute = String(moment.getMinutes()).padStart(2, "0");
  const part = { en: english, ms: malay }[ui.language];
  if (part) return `${hour % 12 || 12}.${minute} ${part(hour)}`;
  return `${String(hour).padStart(2, "0")}:${minute}`;
}

/** Today, yesterday, or the date in full. */
export function day(moment) {
  const days = Math.round((midnight(now()) - midnight(moment)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const form = ui.language === "vi" ? { day: "2-digit", month: "2-digit", year: "numeric" } : { dateStyle: "long" };
  return new Intl.DateTimeFormat(LOCALES[ui.language], { ...form, timeZone: zone }).format(moment);
}

export const sameDay = (one, other) => midnight(one) === midnight(other);

function midnight(instant) {
  const moment = there(instant);
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

/** A moment whose hours and day are those of the page's zone. */
const there = (moment) => (zone ? new Date(moment.toLocaleString("en-US", { timeZone: zone })) : moment);

const english = (hour) => (hour < 12 ? "am" : "pm");

function malay(hour) {
  if (hour < 12) return "pagi";
  if (hour < 14) return "tengah hari";
  return hour < 19 ? "petang" : "malam";
}
