// Keyboard shortcuts. None works while somebody types, and none with Ctrl, Alt or the command key.

const help = document.getElementById("help");

function links() {
  return [...document.querySelectorAll("#listed .row a")];
}

/** The next row, from the one that has the focus or the one that is open. */
function step(by) {
  const all = links();
  const focused = all.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : all.findIndex((link) => link.closest(".row").matches(".current"));
  all[Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
}

/** Take the conversation that is open, or the one whose row has the focus. */
async function take() {
  const button = document.getElementById("take");
  if (button) return button.click();
  const link = document.activeElement?.closest?.("#listed .row[data-state] a");
  if (!link) return;
  const csrf = document.querySelector("meta[name=csrf]").content;
  const body = new URLSearchParams({ csrf, owner: link.closest(".row").dataset.owner || "queue" });
  await fetch(`${link.pathname}/take`, { method: "POST", body });
  location.assign(link.href);
}

function focus(id) {
  document.getElementById(id)?.focus();
}

/** Open one of the panels under the answer. */
function panel(id) {
  const part = document.getElementById(id)?.closest("details");
  if (part && !part.open) part.querySelector("summary").click();
}

const DEEDS = {
  j: () => step(1),
  k: () => step(-1),
  t: take,
  r: () => focus("text"),
  n: () => panel("note"),
  e: () => panel("close"),
  z: () => panel("snooze"),
  "/": () => focus("q"),
  "?": () => help.showModal(),
};

function typing(target) {
  return target.isContentEditable || target.matches("input, textarea, select");
}

export function keys() {
  const button = document.getElementById("keys");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.id === "q") event.target.blur();
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const deed = DEEDS[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
