// What is on the screen: one view at a time, what went wrong, choices.

import { byId, make } from "../chat/dom.js";
import { Refused } from "./api.js";
import { t } from "./settings.js";

const VIEWS = ["branches", "home", "several", "member", "quote", "voucher", "join", "sending", "done"];

let newest = 0; // what was asked for or shown last: an answer to anything earlier comes too late

/**
 * An answer; null after saying why there is none, or when somebody has gone on meanwhile; undefined when `unknown`
 * allows that nobody was found.
 */
export async function tried(work, { unknown = false } = {}) {
  newest += 1;
  const mine = newest;
  document.body.dataset.busy = "";
  try {
    const answer = await work();
    if (mine !== newest) return null;
    byId("problem").hidden = true;
    return answer;
  } catch (error) {
    if (mine !== newest) return null;
    const no = error instanceof Refused;
    if (no && unknown && error.status === 404) return undefined;
    complain((no && error.message) || t("offline"));
    return null;
  } finally {
    delete document.body.dataset.busy;
  }
}

export function complain(words) {
  byId("problem").textContent = words;
  byId("problem").hidden = false;
  byId("problem").scrollIntoView({ block: "nearest" });
}

/** Show one view, and put the focus where work goes on. */
export function show(name, focus = "") {
  newest += 1;
  byId("problem").hidden = true;
  for (const each of VIEWS) byId(each).hidden = each !== name;
  byId("back").hidden = ["branches", "home", "sending", "done"].includes(name);
  const place = focus ? byId(focus) : byId(name).querySelector("[tabindex]");
  place?.focus();
}

export function choice(name, under, chosen) {
  const small = under.filter(Boolean).map((text) => make("span", { class: "under", text }));
  const button = make("button", { class: "choice", type: "button" }, make("bdi", { text: name }), ...small);
  button.addEventListener("click", chosen);
  return button;
}
