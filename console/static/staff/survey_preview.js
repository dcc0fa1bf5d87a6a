// The preview without loading the page anew: what is pressed in one language moves all five on.

import { elements } from "./trusted.js";

const preview = () => document.getElementById("preview");

/** The newest line is seen, and whoever uses a keyboard stands in the language they answered in. */
function settle(focus) {
  for (const chat of document.querySelectorAll("#preview .chat")) chat.scrollTop = chat.scrollHeight;
  if (!focus) return;
  const phone = document.querySelector(`#preview [data-phone="${preview().dataset.spoken}"]`);
  (phone?.querySelector(".chat-button, .typed input") ?? phone?.querySelector(".chat"))?.focus({ preventScroll: true });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!preview().contains(form)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body }).catch(() => null);
  const roots = answer ? elements(await answer.text()) : [];
  const fresh = roots.map((root) => root.querySelector("#preview")).find(Boolean);
  if (!fresh) {
    location.reload();
    return;
  }
  preview().replaceWith(fresh);
  settle(true);
});

settle(false);
