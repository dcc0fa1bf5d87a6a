// The list of conversations as it is now: rows come, move, change and go as the console's stream tells.

import "./alerts.js";
import "./desk.js";
import { keys } from "./keys.js";
import { elements } from "./trusted.js";

const REFRESH = 60_000; // how long somebody waits is told in minutes
const desk = document.getElementById("desk");
const listed = document.getElementById("listed");
const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`);
const { view, queue, language, me, where, open } = desk.dataset;

/** The list; none while something is searched for. */
const list = () => document.getElementById("rows");

function belongs(row) {
  const { state, owner } = row.dataset;
  if (language && row.dataset.language !== language) return false;
  if (view === "mine") return state === "held" && owner === me;
  if (view === "unassigned") return state === "queued" && (!queue || queue === row.dataset.queue);
  if (view === "all") return state === "queued" || state === "held";
  if (view === "mentions") return document.getElementById(row.id) !== null;
  return state === view;
}

/** Who waits stands first, the longest wait above; then the others, the latest above. */
function before(one, other) {
  if (view === "snoozed" || view === "mentions") return false;
  const [a, b] = [one.dataset, other.dataset];
  if (a.waits && b.waits) return +a.waits < +b.waits;
  if (a.waits || b.waits) return Boolean(a.waits);
  return +a.moved > +b.moved;
}

function dress(row) {
  const link = row.querySelector("a");
  if (!link.search) link.search = where;
  row.classList.toggle("current", row.dataset.contact === open);
  if (row.dataset.contact === open) link.setAttribute("aria-current", "true");
  row.querySelector(".who-has")?.classList.toggle("own", row.dataset.owner === me);
}

function place(row, rows) {
  const next = [...rows.querySelectorAll(".row")].find((other) => other !== row && before(row, other));
  const more = rows.querySelector(".more");
  if (next) next.before(row);
  else if (more && !rows.contains(row)) return; // it stands further down, on a page that is not shown yet
  else if (more) more.before(row);
  else rows.append(row);
}

function moved({ detail }) {
  const rows = list();
  if (!rows) return;
  const [row] = elements(detail.row);
  const older = document.getElementById(row.id);
  if (older && +older.dataset.moved > +row.dataset.moved) return; // told again, from before
  const focused = older?.contains(document.activeElement);
  dress(row);
  if (!belongs(row)) {
    if (focused) (older.nextElementSibling ?? older.previousElementSibling)?.querySelector("a")?.focus();
    older?.remove();
  } else {
    older?.replaceWith(row);
    place(row, rows);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }
  document.getElementById("nothing").hidden = rows.querySelector(".row") !== null;
}

function counted({ detail }) {
  const figures = { ...detail, unassigned: Object.values(detail.unassigned).reduce((sum, one) => sum + one, 0) };
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const name = figure.dataset.figure;
    const value = name.startsWith("queue-") ? (detail.unassigned[name.slice(6)] ?? 0) : figures[name];
    figure.textContent = number.format(value);
  }
}

async function fetched(part) {
  const answer = await fetch(`/staff/inbox?${where}&part=${part}`, { headers: { "X-Refresh": "1" } });
  return answer.ok && !answer.redirected ? elements(await answer.text()) : [];
}

/** Read the list anew, when too much was missed to be told. */
async function reset() {
  if (!list()) return;
  const rows = (await fetched("rows")).filter((row) => row.matches("li"));
  for (const row of rows) if (row.matches(".row")) dress(row);
  list()?.replaceChildren(...rows);
  window.htmx?.process(list());
}

/** Say anew how long everybody waits. */
async function tick() {
  if (document.hidden || !list()) return;
  for (const row of await fetched("rows")) {
    const shown = row.id && document.getElementById(row.id);
    if (shown && +row.dataset.moved >= +shown.dataset.moved) shown.replaceWith(row), dress(row);
  }
}

document.documentElement.classList.add("scripted");
for (const row of document.querySelectorAll(".rows .row[id]")) dress(row);
document.querySelector(".row.current")?.scrollIntoView({ block: "nearest" });
document.addEventListener("desk:moved", moved);
document.addEventListener("desk:counts", counted);
document.addEventListener("desk:reset", reset);
document.addEventListener("desk:online", ({ detail }) => (document.getElementById("offline").hidden = detail));
document.body.addEventListener("htmx:after:swap", () => {
  for (const row of listed.querySelectorAll(".rows .row[id]")) dress(row);
});
document.querySelector(".desk-filter select").addEventListener("change", (event) => event.target.form.requestSubmit());
setInterval(tick, REFRESH);
keys();
