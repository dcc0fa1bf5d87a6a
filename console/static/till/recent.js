// The last actions, with what is left of the time in which each can be undone.

import { byId, make } from "../chat/dom.js";
import { ask } from "./api.js";
import { settings, t } from "./settings.js";

let ahead = 0; // seconds by which the server's clock is ahead of ours

/** Load the list; `undo(action)` is called when one is to be undone. */
export async function showRecent(undo) {
  const { now, actions } = await ask("/till/actions");
  ahead = now - Date.now() / 1000;
  byId("recent-none").hidden = actions.length > 0;
  byId("recent").replaceChildren(...actions.map((action) => row(action, undo)));
  tick();
}

setInterval(tick, 1000);

function row(action, undo) {
  const side = action.undone ? make("span", { class: "badge", text: t("undone") }) : button(action, undo);
  const under = [action.at, action.by].filter(Boolean).join(" · ");
  return make(
    "li",
    { class: action.undone ? "faded" : "" },
    make("div", {}, make("p", { text: action.says }), make("p", { class: "under", text: under })),
    ...(side ? [side] : []),
  );
}

function button(action, undo) {
  if (!action.until) return null;
  const left = make("span", { class: "left", data: { until: action.until } });
  const press = make("button", { class: "quiet", type: "button" }, t("undo"), left);
  press.addEventListener("click", () => undo(action.action));
  return press;
}

/** Show the time that is left; what has none left can be undone no more. */
function tick() {
  const now = Date.now() / 1000 + ahead;
  for (const left of document.querySelectorAll("#recent .left")) {
    const seconds = Math.ceil(Number(left.dataset.until) - now);
    if (seconds <= 0) left.closest("button").remove();
    else left.textContent = settings.left.replace("{time}", clock(seconds));
  }
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
