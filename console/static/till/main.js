// The till's page: one thing at a time, and nothing twice.

import { byId, make } from "../chat/dom.js";
import { ask } from "./api.js";
import { Lines } from "./lines.js";
import { Press } from "./press.js";
import { showRecent } from "./recent.js";
import { scan } from "./scan.js";
import { settings, t } from "./settings.js";
import { choice, complain, show, tried } from "./views.js";

const DRAFT = `till.draft.${settings.staff}`;
const BRANCH = `till.branch.${settings.staff}`;
const press = new Press({ sending, slow, answered, refused });
const lines = new Lines(keep);
let draft = JSON.parse(sessionStorage.getItem(DRAFT)) ?? {}; // what is on the screen, for a reload

function begin() {
  byId("amount").inputMode = settings.decimals ? "decimal" : "numeric";
  byId("amount").placeholder = (0).toFixed(settings.decimals);
  drawBranches();
  listen();
  drawPlace();
  if (press.resume()) return;
  if (settings.branches.length > 1 && !branch()) show("branches");
  else if (draft.view === "member" && draft.member) showMember(draft.member, draft);
  else home();
}

function listen() {
  byId("find").addEventListener("submit", (event) => on(event, () => find(byId("typed").value)));
  byId("scan").addEventListener("click", look);
  byId("to-join").addEventListener("click", () => show("join", "name"));
  byId("join").addEventListener("submit", (event) => on(event, () => join(false)));
  byId("anyway").addEventListener("click", () => join(true));
  byId("earn").addEventListener("submit", (event) => on(event, quote));
  byId("earn").addEventListener("input", keep);
  byId("give").addEventListener("click", () => press.start("earn", "/till/earn", draft.asked));
  byId("change").addEventListener("click", () => show("member", "amount"));
  byId("link").addEventListener("submit", (event) => on(event, link));
  byId("redeem").addEventListener("click", () => sure(true));
  byId("redeem-no").addEventListener("click", () => sure(false));
  byId("redeem-yes").addEventListener("click", redeem);
  byId("voucher-member").addEventListener("click", () => openMember(draft.member.id));
  byId("done-member").addEventListener("click", () => openMember(draft.member.id));
  byId("next").addEventListener("click", home);
  byId("back").addEventListener("click", home);
  byId("stop").addEventListener("click", stop);
  byId("change-branch").addEventListener("click", () => show("branches"));
}

function on(event, work) {
  event.preventDefault();
  work();
}

// Where the till is

const branch = () => localStorage.getItem(BRANCH) ?? settings.branch ?? "";

function drawBranches() {
  const kept = settings.branches.some(({ code }) => code === branch());
  if (!kept) localStorage.removeItem(BRANCH);
  if (settings.branches.length === 1) localStorage.setItem(BRANCH, settings.branches[0].code);
  byId("branch-list").append(
    ...settings.branches.map(({ code, name }) =>
      choice(name, [], () => {
        localStorage.setItem(BRANCH, code);
        drawPlace();
        home();
      }),
    ),
  );
}

function drawPlace() {
  const here = settings.branches.find(({ code }) => code === branch());
  byId("place").hidden = !here;
  byId("place-name").textContent = here?.name ?? "";
  byId("change-branch").hidden = settings.branches.length < 2;
}

// Finding somebody

function home() {
  draft = {};
  sessionStorage.removeItem(DRAFT);
  for (const form of ["find", "earn", "link", "join"]) byId(form).reset();
  lines.set([]);
  byId("products").open = false;
  show("home", "typed");
  list();
}

async function find(typed) {
  const text = typed.trim();
  if (!text) return;
  if (/^v:/i.test(text)) return check(text);
  const answer = await tried(() => ask("/till/find", { typed: text }), { unknown: couldBeVoucher(text) });
  if (answer === null) return;
  if (answer === undefined) return check(text);
  if (answer.members.length === 1) showMember(answer.members[0]);
  else showSeveral(answer.members, t("several"));
}

/** A voucher's code has fourteen letters and digits; somebody may have typed one. */
function couldBeVoucher(text) {
  const bare = text.replaceAll(/[\s-]/g, "");
  return /^[0-9a-z]{14}$/i.test(bare) && /[a-z]/i.test(bare);
}

async function look() {
  try {
    const text = await scan();
    if (text) {
      byId("typed").value = text;
      await find(text);
    }
  } catch {
    complain(t("no_camera"));
  }
}

function showSeveral(members, title, anyway = false) {
  byId("several-title").textContent = title;
  byId("anyway").hidden = !anyway;
  byId("several-list").replaceChildren(
    ...members.map((member) => choice(member.name, [member.number, member.lines[0]], () => showMember(member))),
  );
  show("several");
}

async function openMember(id) {
  const answer = await tried(() => ask(`/till/members/${encodeURIComponent(id)}`));
  if (answer) showMember(answer.members[0]);
}

function showMember(member, form = {}) {
  byId("member-name").textContent = member.name;
  byId("member-number").textContent = member.number;
  byId("member-tier").textContent = member.tier;
  byId("member-tier").hidden = !member.tier;
  byId("member-lines").replaceChildren(...member.lines.map((text) => make("li", { text })));
  byId("amount").value = form.amount ?? "";
  byId("receipt").value = form.receipt ?? "";
  lines.set(form.lines ?? []);
  draft = { view: "member", member };
  keep();
  show("member", "amount");
}

/** What is typed survives a reload. */
function keep() {
  Object.assign(draft, { amount: byId("amount").value, receipt: byId("receipt").value, lines: lines.value });
  sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}

// What is done for them

const purchase = () => ({
  branch: branch(),
  member: draft.member.id,
  amount: byId("amount").value,
  receipt: byId("receipt").value,
  lines: lines.value,
});

async function quote() {
  const asked = purchase();
  const answer = await tried(() => ask("/till/quote", asked));
  if (!answer) return;
  draft.asked = asked; // what is given is what was foreseen
  byId("quote-name").textContent = draft.member.name;
  byId("quote-says").textContent = answer.says.join(" ");
  show("quote", "give");
}

async function check(code) {
  const answer = await tried(() => ask("/till/voucher", { code, branch: branch() }));
  if (answer) showVoucher(answer, code);
}

function showVoucher(voucher, code) {
  draft = { view: "voucher", code, member: { id: voucher.member } };
  byId("voucher").dataset.state = voucher.voucher;
  byId("voucher-kind").textContent = voucher.kind;
  byId("voucher-kind").hidden = !voucher.kind;
  byId("voucher-reward").textContent = voucher.reward;
  byId("voucher-about").textContent = voucher.about;
  byId("voucher-lines").replaceChildren(...voucher.lines.map((text) => make("li", { text })));
  byId("redeem").hidden = !voucher.valid;
  byId("voucher-member").hidden = !voucher.member;
  show("voucher");
  sure(false);
  byId(voucher.valid ? "redeem" : "voucher-reward").focus();
}

function sure(asked) {
  byId("voucher-sure").hidden = !asked;
  byId("voucher-ways").hidden = asked;
  byId(asked ? "redeem-yes" : "redeem").focus();
}

const redeem = () => press.start("redeem", "/till/redeem", { code: draft.code, branch: branch() });

const link = () =>
  press.start("link", "/till/link", { member: draft.member.id, code: byId("code").value, branch: branch() });

const join = (anyway) =>
  press.start("join", "/till/join", {
    name: byId("name").value,
    phone: byId("phone").value,
    language: byId("language").value,
    branch: branch(),
    anyway,
  });

const undo = (action) => press.start("undo", "/till/undo", { action });

// What became of it

function sending() {
  byId("slow").hidden = true;
  byId("stop").hidden = true;
  show("sending");
}

function slow() {
  byId("slow").hidden = false;
  byId("stop").hidden = false;
}

function stop() {
  press.stop();
  home();
  complain(t("stopped"));
}

function answered(name, answer, sent) {
  if (name === "undo") return home();
  if (answer.voucher) return showVoucher(answer, sent.code);
  draft = { view: "done", member: { id: answer.member } };
  sessionStorage.removeItem(DRAFT);
  byId("done-says").replaceChildren(
    ...answer.says.map((text, place) => make("p", { class: place ? "" : "big", text })),
  );
  byId("newcomer").hidden = !answer.card;
  if (answer.card) drawCard(answer);
  byId("done-member").hidden = !answer.member;
  return show("done", "done-says");
}

function drawCard({ card, scan: code }) {
  byId("card").textContent = card;
  const picture = byId("scan-me");
  picture.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", code.path);
  picture.replaceChildren(path);
}

function refused(name, error, sent) {
  const back = { earn: "member", link: "member", join: "join", redeem: "voucher", undo: "home" }[name];
  if (error.answer.members) {
    restoreNewcomer(sent);
    showSeveral(error.answer.members, error.message, true);
    return;
  }
  if (back === "member" && draft.member) showMember(draft.member, draft);
  else if (back === "join") {
    restoreNewcomer(sent);
    show("join", "name");
  } else home();
  complain(error.message);
}

function restoreNewcomer({ name, phone, language }) {
  byId("name").value = name;
  byId("phone").value = phone;
  byId("language").value = language;
}

async function list() {
  await showRecent(undo).catch(() => {});
}

begin();
