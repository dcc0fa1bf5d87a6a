// A sound and a notification when a customer writes and nobody looks at their conversation. Both are off until
// somebody switches them on, and both choices stay in this browser.

const desk = document.getElementById("desk");
const sound = document.getElementById("sound");
const notify = document.getElementById("notify");
const GAP = 1_500; // between two sounds
const heard = new Map(); // up to which line of each customer somebody was told
let mine = { me: "", queues: [] };
let audio = null;
let beeped = -GAP;

function chosen(name) {
  return localStorage.getItem(`sapa-${name}`) === "on";
}

function choose(name, on) {
  localStorage.setItem(`sapa-${name}`, on ? "on" : "off");
}

/** Two short tones. A browser lets a page sound once somebody has pressed something on it. */
function beep() {
  if (!audio || audio.state !== "running" || performance.now() - beeped < GAP) return;
  beeped = performance.now();
  for (const [pitch, after] of [
    [660, 0],
    [880, 0.12],
  ]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.18);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}

function wake() {
  if (!chosen("sound")) return;
  audio ??= new AudioContext();
  audio.resume();
}

function show() {
  sound.hidden = !("AudioContext" in window);
  notify.hidden = !("Notification" in window) || Notification.permission === "denied";
  sound.setAttribute("aria-pressed", chosen("sound"));
  notify.setAttribute("aria-pressed", chosen("notify") && Notification.permission === "granted");
}

/** Whether what moved waits for this person: theirs, or nobody's in a queue that they serve. */
function concerns(moved) {
  if (moved.state === "held") return moved.owner === mine.me;
  return moved.state === "queued" && (mine.queues.length === 0 || mine.queues.includes(moved.queue));
}

function isNews(moved) {
  const newest = Math.max(0, ...moved.lines.filter((line) => line.from === "you").map((line) => line.seq));
  const before = heard.get(moved.contact) ?? 0;
  heard.set(moved.contact, Math.max(newest, before));
  return newest > before;
}

document.addEventListener("desk:hello", ({ detail }) => (mine = detail));
document.addEventListener("desk:moved", ({ detail }) => {
  const looking = !document.hidden && desk.dataset.open === detail.contact;
  if (!isNews(detail) || looking || !concerns(detail)) return;
  if (chosen("sound")) beep();
  if (!document.hidden || !chosen("notify") || Notification.permission !== "granted") return;
  const heading = desk.dataset.notify.replace("%", detail.name || desk.dataset.someone);
  const note = new Notification(heading, { body: detail.said, tag: detail.contact });
  note.addEventListener("click", () => {
    window.focus();
    location.assign(`/staff/inbox/${detail.contact}`);
  });
});

if (desk) {
  sound.addEventListener("click", () => {
    choose("sound", !chosen("sound"));
    wake();
    show();
  });
  notify.addEventListener("click", async () => {
    if (Notification.permission === "default") await Notification.requestPermission();
    choose("notify", !chosen("notify") && Notification.permission === "granted");
    show();
  });
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, wake, { once: true });
  show();
}
