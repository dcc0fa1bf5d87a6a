// Keeps a page as it is on the server while somebody looks at it. Every few seconds it asks for the page again; the
// server sends it only when it changed. What somebody is typing stays. Without this script the page is loaded anew.

const EVERY = 4000;
const NEAR_END = 80; // pixels from the end that still count as being there
const transcript = document.getElementById("transcript");
let tag = "";

/** The page as it is now: a parsed document whose scripts do not run; nothing when it did not change. */
function fetchPage() {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href.split("#")[0]);
    request.responseType = "document";
    request.setRequestHeader("X-Refresh", "1");
    if (tag) request.setRequestHeader("If-None-Match", tag);
    request.onload = () => resolve(request);
    request.onerror = () => resolve(null);
    request.send();
  });
}

function typing() {
  const text = document.getElementById("text");
  return text !== null && text.value.trim() !== "";
}

/** Add what the newer page has at the end. */
function addTo(part, newer) {
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < NEAR_END;
  for (const child of [...newer.children]) if (!document.getElementById(child.id)) part.append(document.adoptNode(child));
  if (atEnd) part.scrollTop = part.scrollHeight;
}

function take(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = page.getElementById(part.id);
    if (!newer) continue;
    if (part.dataset.live === "more") addTo(part, newer);
    else if (part.dataset.live === "all") replace(part, newer);
    // The forms are only drawn anew when the conversation has another owner, and never under somebody's hands.
    else if (part.dataset.owner !== newer.dataset.owner && !typing()) part.replaceWith(document.adoptNode(newer));
  }
}

/** Replace what a part shows; the link that had the focus keeps it. */
function replace(part, newer) {
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.replaceChildren(...[...newer.childNodes].map((node) => document.adoptNode(node)));
  if (focused) [...part.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
}

async function look() {
  if (document.hidden) return;
  const request = await fetchPage();
  if (!request || request.status === 304) return;
  if (request.status === 404) {
    const gone = document.getElementById("gone");
    if (gone) gone.hidden = false;
    return;
  }
  if (request.status !== 200 || !request.response) return;
  if (new URL(request.responseURL).pathname !== location.pathname) {
    if (!typing()) location.reload(); // logged out
    return;
  }
  tag = request.getResponseHeader("ETag") ?? "";
  take(request.response);
}

if (transcript) transcript.scrollTop = transcript.scrollHeight;
const text = document.getElementById("text");
text?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
});
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false; // gone back to
});
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
