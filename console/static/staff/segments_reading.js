// A file of customers that is read onto a list: how far it is, and then what became of it, without leaving the page.
// The server answers with lines of JSON, each saying how far it is; the last one brings the page as it is afterwards.

import { elements } from "./trusted.js";

const STEPS = "application/x-ndjson";

/** The objects of a stream of lines, one by one. */
async function* steps(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

function tell(form, words, { lines = 0, total = 0 } = {}) {
  form.querySelector(".progress").hidden = false;
  form.querySelector("#reading-words").textContent = words.replace("{lines}", lines).replace("{total}", total);
  const bar = form.querySelector("progress");
  if (total) Object.assign(bar, { max: total, value: Math.min(lines, total) });
}

function put(html) {
  const root = elements(html).map((element) => element.querySelector("#list-page")).find(Boolean);
  document.getElementById("list-page").replaceWith(root);
  root.querySelector("#result")?.focus();
}

async function read(form) {
  const body = new FormData(form);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: STEPS } });
  if (answer.headers.get("Content-Type")?.startsWith(STEPS)) {
    let page = "";
    for await (const step of steps(answer.body)) {
      if (step.html) page = step.html;
      else tell(form, form.dataset.steps, step);
    }
    if (!page) throw new Error("the stream ended early");
    put(page);
  } else put(await answer.text());
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "reading") return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    await read(form);
  } catch {
    tell(form, form.dataset.broken);
    button.disabled = false;
  }
});
