// Requests to the chat (docs/webchat.md), with who we are and our language.

import { keep } from "./keep.js";

const TOKEN = "sapa.token";
export const PENDING = "sapa.pending.";

// A page that stands for one visitor among several was given their token, and keeps it to itself.
const given = document.body.dataset.token;
/** Who we are; `followed` when the page around this one has the stream and tells what happens. */
export const me = { visitor: "", token: given ?? keep.get(TOKEN), followed: given !== undefined };

/** The server's answer was no; `message` is its reason for the visitor, `retryAfter` in seconds. */
export class Refused extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The same request will not fare better later. */
  get final() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status);
  }
}

/** Find out who we are; where the cookie did not come back, keep a token instead. */
export async function establish() {
  const framed = document.body.classList.contains("framed") ? "?embed=1" : "";
  const session = await (await call(`/chat/session${framed}`)).json();
  if (session.token) use(session.token);
  me.visitor = session.visitor;
}

/** The server knows us no more: go on as whoever it says we are now. */
export async function reintroduce() {
  if (given) return;
  const before = me.visitor;
  await establish().catch(() => {});
  if (me.visitor === before) return;
  keep.move(`${PENDING}${before}.`, `${PENDING}${me.visitor}.`);
  location.reload();
}

/** Send this token from now on; null: the cookie does. */
export function use(token) {
  me.token = token;
  if (token) keep.set(TOKEN, token);
  else keep.remove(TOKEN);
}

export async function call(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { ...ours(), ...options.headers } });
  if (!response.ok) throw await refusal(response);
  return response;
}

export const post = (path, body) =>
  call(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

export const postForm = (path, form) => call(path, { method: "POST", body: form });

/** A picture's address; behind a token the bytes are fetched, because images carry only cookies. */
export async function picture(id) {
  const address = `/media/${encodeURIComponent(id)}`;
  if (!me.token) return address;
  return URL.createObjectURL(await (await call(address)).blob());
}

function ours() {
  const headers = { "Accept-Language": document.documentElement.lang };
  if (me.token) headers.Authorization = `Bearer ${me.token}`;
  return headers;
}

async function refusal(response) {
  const answer = await response.json().catch(() => ({}));
  return new Refused(response.status, answer.error ?? "", Number(response.headers.get("Retry-After") ?? 0));
}
