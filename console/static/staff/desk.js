// The console's one stream, shared by all pages of the browser. Whichever page holds the lock reads it and hands
// every event to the others: browsers allow a host six connections, and a page each would use them up. Where a
// browser has no locks (a plain http address), each page has a stream of its own.
//
// Not htmx's stream: an event carries the row of the list, the lines of the conversation and where it stands now,
// and every page takes another part of it, in its own order.
//
// On the document: `desk:moved` (what arrived), `sapa:moved` (the customer's public id), `desk:counts`, `desk:hello`,
// `desk:reset` (read the page's own part again), `desk:online`.

const QUIET = 3_000; // without a connection for so long, the page says so
const AGAIN = [1_000, 2_000, 5_000, 15_000];
const channel = "BroadcastChannel" in window ? new BroadcastChannel("sapa-desk") : null;
const start = document.getElementById("desk")?.dataset ?? {};

let everything = start.everything === "yes";
let last = start.cursor ?? "";
let source = null;
let failures = 0;
let quiet = 0;
let hello = null;

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function take(message) {
  if (message.id) last = message.id;
  if (message.type === "moved") {
    tell("desk:moved", message.data);
    tell("sapa:moved", message.data.contact);
  } else if (message.type === "hello") {
    hello = message;
    tell("desk:hello", message.data);
  } else if (message.type === "bye") location.reload();
  else tell(`desk:${message.type}`, message.data);
}

function share(message) {
  channel?.postMessage(message);
  take(message);
}

function online(yes) {
  clearTimeout(quiet);
  if (yes) share({ type: "online", data: true });
  else quiet = setTimeout(() => share({ type: "online", data: false }), QUIET);
}

/** Read the stream from the last event on. */
function connect() {
  source?.close();
  const query = new URLSearchParams({ ...(everything && { scope: "all" }), ...(last && { after: last }) });
  source = new EventSource(`/staff/events?${query}`);
  source.addEventListener("open", () => {
    failures = 0;
    online(true);
  });
  source.addEventListener("error", () => {
    online(false);
    if (source.readyState === EventSource.CLOSED) again();
  });
  for (const type of ["hello", "moved", "counts", "bye"]) {
    source.addEventListener(type, (event) =>
      share({ type, id: event.lastEventId, data: JSON.parse(event.data), everything }),
    );
  }
  source.addEventListener("reset", () => {
    last = "";
    share({ type: "reset" });
    again();
  });
  source.addEventListener("replaced", () => source.close()); // a dozen pages: this one rests until it is looked at
}

function again() {
  source.close();
  setTimeout(connect, AGAIN[Math.min(failures, AGAIN.length - 1)]);
  failures += 1;
}

function lead() {
  if (channel)
    channel.onmessage = ({ data }) => {
      if (data.type !== "joined") return;
      if (hello) channel.postMessage(hello);
      if (data.everything && !everything) {
        everything = true;
        connect();
      }
    };
  connect();
}

/** Take what the leading page hands on. What it got before this page listened, this page reads anew. */
function follow() {
  channel.onmessage = ({ data }) => {
    if (data.type !== "joined") take(data);
    else if (data.everything) everything = true; // should this page lead one day
  };
  channel.postMessage({ type: "joined", everything });
  tell("desk:reset");
  const open = start.open;
  if (open) tell("sapa:moved", open);
}

if (channel && navigator.locks) {
  const waits = setTimeout(follow, 150);
  navigator.locks.request("sapa-desk", () => {
    clearTimeout(waits);
    lead();
    return new Promise(() => {}); // until the page is left
  });
} else lead();

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && source?.readyState === EventSource.CLOSED) connect();
});

// The figures in the navigation and in the title.

const words = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`);
const title = document.title;

document.addEventListener("desk:counts", ({ detail }) => {
  for (const name of ["attention", "requests"]) {
    for (const badge of document.querySelectorAll(`[data-count=${name}]`)) {
      badge.textContent = words.format(detail[name]);
      badge.hidden = !detail[name];
    }
  }
  document.title = detail.attention ? `(${words.format(detail.attention)}) ${title}` : title;
});
