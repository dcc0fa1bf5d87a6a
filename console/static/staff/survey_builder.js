// The builder of a survey without waiting: what is typed is kept at once, buttons and links change the page in place.
// Every answer of the server is the whole page. After typing only its `data-fresh` parts are put in, so fields stay
// as they are; after a button or a link the builder is put in whole.

import { elements } from "./trusted.js";

const PAUSE = 600; // milliseconds without typing, after which it is kept
const AGAIN = 5000; // and after a failure
const TONGUE = "survey-tongue";

let timer = 0;
let waits = false;
let running = Promise.resolve();
let lastField = null;

const builder = () => document.getElementById("builder");
const editor = () => document.querySelector("form#editor");
const isStale = () => document.querySelector("#save-state [data-stale]") !== null;

/** The element of this id among the roots of an answer. */
function found(roots, id) {
  for (const root of roots) {
    const element = root.id === id ? root : root.querySelector(`[id="${CSS.escape(id)}"]`);
    if (element) return element;
  }
  return null;
}

async function ask(address, options) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, ...options });
  const roots = elements(await answer.text());
  if (!found(roots, "builder")) throw new Error(`no builder in the answer (${answer.status})`);
  return { roots, url: answer.url };
}

function post(form, submitter, more = {}) {
  const body = new URLSearchParams(new FormData(form, submitter));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return ask(form.getAttribute("action"), { method: "POST", body });
}

function tell(name) {
  const state = document.querySelector("#save-state .state");
  if (state) state.textContent = editor()?.dataset[name] ?? "";
}

function putFresh(roots) {
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const fresh = found(roots, old.id);
    if (fresh && fresh.outerHTML !== old.outerHTML) old.replaceWith(document.importNode(fresh, true));
  }
  for (const field of document.querySelectorAll("#editor [placeholder]")) {
    const fresh = found(roots, field.id);
    if (fresh) field.placeholder = fresh.placeholder;
  }
}

function putWhole({ roots, url }, { keep = false } = {}) {
  const fresh = found(roots, "builder");
  builder().replaceWith(fresh);
  putFresh(roots);
  if (!keep && url !== location.href) history.pushState(null, "", url);
  chooseTongue();
  goTo(fresh.dataset.at);
}

/** Stand where the work goes on: at what is new, at the button that was pressed, or at the head of the form. */
function goTo(id) {
  const place = (id && document.getElementById(id)) || document.getElementById("editor-title");
  if (!place) return;
  const fields = [...place.querySelectorAll("input:not([type=hidden]), textarea, select, button")];
  const target = place.matches("button, input, textarea, h2")
    ? place
    : (fields.find((field) => field.checkVisibility() && !field.disabled) ?? document.getElementById("editor-title"));
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "nearest" });
}

// What is typed is kept.

function later(milliseconds) {
  clearTimeout(timer);
  waits = true;
  timer = setTimeout(save, milliseconds);
}

function save() {
  clearTimeout(timer);
  if (!waits || isStale() || !editor()) return running;
  waits = false;
  tell("saving");
  running = running
    .then(() => post(editor(), null, { deed: "save" }))
    .then(({ roots }) => {
      putFresh(roots);
      if (waits) tell("unsaved");
    })
    .catch(() => {
      tell("failed");
      later(AGAIN);
    });
  return running;
}

document.addEventListener("input", ({ target }) => {
  if (!target.closest("form#editor") || target.name === "tongue" || target.matches("[data-refresh]")) return;
  tell("unsaved");
  later(PAUSE);
});

// Buttons and links.

async function inPlace(work, otherwise) {
  await save();
  builder().setAttribute("aria-busy", "true");
  try {
    putWhole(await work());
    waits = false;
  } catch {
    builder().removeAttribute("aria-busy");
    otherwise();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!builder().contains(form) || form.method !== "post") return;
  event.preventDefault();
  const submitter = event.submitter;
  if (form === editor()) waits = false; // it goes along
  inPlace(
    () => post(form, submitter?.isConnected ? submitter : null, submitter ? { deed: submitter.value } : {}),
    () => tell("failed"),
  );
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-refresh]")) editor()?.requestSubmit();
  if (target.name === "tongue") sessionStorage.setItem(TONGUE, target.value);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) follow(event, link);
  const piece = event.target.closest("[data-insert]");
  if (piece) insert(piece.dataset.insert);
});

function follow(event, link) {
  const go = () => location.assign(link.href);
  if (link.matches("#builder [data-open], #builder .trouble-link")) {
    event.preventDefault();
    inPlace(() => ask(link.href), go);
  } else if (waits) {
    event.preventDefault();
    save().then(go);
  }
}

addEventListener("popstate", () =>
  ask(location.href).then(
    (answer) => putWhole(answer, { keep: true }),
    () => location.reload(),
  ),
);

addEventListener("beforeunload", (event) => {
  if (waits) event.preventDefault();
});

// Pieces that are put into a text, and the language that one writes in.

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("#editor textarea, #editor input[lang]")) lastField = target;
});

function insert(words) {
  const fields = [...document.querySelectorAll("#editor textarea")].filter((field) => field.checkVisibility());
  const field = lastField?.isConnected && lastField.checkVisibility() ? lastField : fields[0];
  if (!field) return;
  const at = field.selectionStart ?? field.value.length;
  field.setRangeText(words, at, field.selectionEnd ?? at, "end");
  field.focus();
  const gap = words.indexOf("…");
  if (gap >= 0) field.setSelectionRange(at + gap, at + gap + 1);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function chooseTongue() {
  const chosen = document.getElementById(`tongue-${sessionStorage.getItem(TONGUE)}`);
  if (chosen) chosen.checked = true;
}

document.documentElement.classList.add("saves-itself");
chooseTongue();
if (builder().dataset.at) goTo(builder().dataset.at);
