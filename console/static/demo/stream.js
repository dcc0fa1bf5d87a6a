// The demo's one stream. It is opened again as soon as it breaks: connections wait while the bot's process is away.

const PAUSE = 150;
const SILENCE = 40_000; // the server says something every 15 seconds

/**
 * Follow until another page does. `hear(name, data)` hears every event, `live(whether, over)` how it stands and how it
 * ended: `closing` when the demo was stopped.
 */
export async function follow(hear, live) {
  for (;;) {
    const over = await once(hear, live);
    if (over === "replaced") return;
    live(false, over);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

let connection;

/** Begin anew, for other phones. */
export const restart = () => connection?.abort();

async function once(hear, live) {
  connection = new AbortController();
  const { signal } = connection;
  let watchdog;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => connection.abort(), SILENCE);
  };
  watch();
  try {
    const response = await fetch("/demo/events", { signal, cache: "no-store" });
    if (!response.ok) return "failed";
    live(true);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "failed";
      watch();
      const events = (text + value).split("\n\n");
      text = events.pop();
      for (const [name, data] of events.map(parsed)) {
        if (name === "over") return data;
        if (name) hear(name, data);
      }
    }
  } catch {
    return "failed";
  } finally {
    clearTimeout(watchdog);
  }
}

function parsed(event) {
  const fields = Object.fromEntries(event.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  return [fields.event, fields.data === undefined ? null : JSON.parse(fields.data)];
}
