// Requests of the till. What fails for want of a network may be sent again; what is refused may not.

const token = document.querySelector("meta[name=csrf]").content;
const PATIENCE = 20_000; // a request without an answer for so long is made again
const TRIES = 3;

/** The server's answer was no; `answer` says why. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error ?? "");
    this.status = status;
    this.answer = answer;
  }

  /** The same request will not fare better later. */
  get final() {
    return this.status >= 400 && this.status < 500 && this.status !== 408;
  }
}

/** One request. A session that is over leads to the login, and from there back to here. */
export async function send(path, body) {
  const response = await fetch(path, {
    method: body ? "POST" : "GET",
    body: body && JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": token },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 401) return toLogin();
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** A question that changes nothing: a few tries. */
export async function ask(path, body) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(path, body);
    } catch (error) {
      if ((error instanceof Refused && error.final) || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** tries));
    }
  }
}

function toLogin() {
  location.assign("/staff/login?next=/till");
  return new Promise(() => {}); // the page is being left
}
