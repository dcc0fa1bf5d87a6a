// The panels under the answer: opened, they take the focus; Escape closes them and gives it back.

export function panels() {
  for (const part of document.querySelectorAll(".deeds > details")) {
    // At once, not when the browser tells that it was opened: the next key is meant for the panel.
    part.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      part.open = !part.open;
      if (part.open) part.querySelector("textarea, select, input:not([type=hidden]), .panel button")?.focus();
    });
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      part.open = false;
      part.querySelector("summary").focus();
    });
  }
  // The answer's field is out of sight under an open panel: whoever wants to write closes that.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "r" || field || event.ctrlKey || event.metaKey || event.altKey) return;
    for (const part of document.querySelectorAll(".deeds > details[open]")) part.open = false;
  }, { capture: true });
  for (const own of document.querySelectorAll("[data-with]")) {
    own.addEventListener("input", () => {
      const choice = own.form.querySelector(`[name=${own.dataset.with}][value=own]`);
      if (choice && own.value) choice.checked = true;
    });
  }
  for (const spot of document.querySelectorAll("[data-colour]")) spot.style.background = spot.dataset.colour;
  for (const form of document.querySelectorAll("#act form:not(.answer), .about form")) {
    form.addEventListener("submit", () => setTimeout(() => freeze(form, true)));
  }
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => freeze(form, false)));
}

/** A form that was sent is not sent twice; one that somebody came back to can be. */
function freeze(form, frozen) {
  for (const button of form.querySelectorAll("button")) button.disabled = frozen;
}
