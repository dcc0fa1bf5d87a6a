// A personal link is used up by posting it, which programs that draw previews do not do.

const TOKEN = "sapa.token";
const form = document.getElementById("enter");

if (!("ask" in form.dataset)) enter();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter();
});

async function enter() {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  const answer = await response.json();
  if (!response.ok) return refuse(answer.error);
  await settle(answer);
  return location.replace("/chat");
}

/** Keep the token only where the cookie does not come back. */
async function settle({ visitor, token }) {
  localStorage.removeItem(TOKEN);
  const session = await (await fetch("/chat/session")).json();
  if (session.visitor !== visitor) localStorage.setItem(TOKEN, token);
}

function refuse(reason) {
  document.getElementById("words").textContent = reason;
  const onward = Object.assign(document.createElement("a"), { href: "/chat", className: "main" });
  onward.textContent = form.querySelector("button").textContent;
  form.replaceWith(onward);
}
