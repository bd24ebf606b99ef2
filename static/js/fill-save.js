// The open form saves itself: changed cells a few seconds after typing and when a field is left. What is not saved yet is
// kept in the browser and sent as soon as the line is back.
import { endConflict, showConflict, showRefusal } from "./fill-conflict.js";
import { boxOf, cellOf, entriesOf, putEntries, putRow, putValue } from "./fill-fields.js";
import { openKept } from "./fill-kept.js";
import { clock, say, tell } from "./fill-line.js";
import { sectionHere, showLater, showNews, showPresence } from "./fill-news.js";
import { forgetPage, keepPage } from "./fill-offline.js";
import { Queue } from "./fill-queue.js";
import { look, send } from "./fill-wire.js";

const TYPING = 3000; // milliseconds without a key before what was typed is sent
const LEFT = 400; // after a field was left
const POLL = 20_000;
const LONGEST = 60_000; // between two tries on a line that is down

const form = document.querySelector("[data-fill]");
const { url, known, base, version, owner, login, words } = JSON.parse(document.getElementById("form-saving").textContent);
const where = location.pathname + (new URLSearchParams(location.search).get("side") ?? "");
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");
const page = newKey().slice(0, 16);

const queue = new Queue({ base, known, newKey });
const settledCells = new Map(); // what was saved since the page was made: a page kept for offline is older than that
let kept = null;
let token = form.elements.namedItem("csrfmiddlewaretoken").value;
let savedAt = "";
let trouble = null; // why nothing is sent any more, or for the moment
let tries = 0;
let timer = 0;
let busy = null;

// What is said

function report() {
  const n = queue.waiting;
  const open = queue.held.size;
  const saved = savedAt && say(words.saved, { time: clock(savedAt) });
  const undecided = open ? say(words.undecided, { n: open }) : "";
  if (trouble) {
    const isLine = trouble.code === "offline";
    const parts = [isLine && n ? say(words.offline, { n }) : trouble.message, isLine ? saved : n ? say(words.waiting, { n }) : "", undecided];
    const way = trouble.code === "signed_out" ? { url: login, words: words.sign_in } : null;
    tell(parts, { way, isAlarming: !isLine });
  } else if (n || saved || open) {
    tell([saved, n ? say(words.waiting, { n }) : "", undecided]);
  }
  form.elements.namedItem("_seen").value = JSON.stringify(Object.fromEntries(queue.base));
}

let keeping = 0;
function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keepNow, 250);
}

function keepNow() {
  clearTimeout(keeping);
  const isEmpty = !queue.dirty.size && !queue.batch && !settledCells.size;
  const content = isEmpty ? null : { ...queue.toJSON(), settled: [...settledCells] };
  return kept?.keep(content).catch(() => {}); // a full or forbidden database: the page itself still holds everything
}

// Sending

function soon(delay) {
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
}

/** Sends until nothing waits or something stands in the way; true when all that could be sent is saved. */
export function flush() {
  busy ??= sendAll().finally(() => { busy = null; });
  return busy;
}

async function sendAll() {
  clearTimeout(timer);
  for (let batch = queue.next(); batch; batch = queue.next()) {
    keepSoon();
    const entries = Object.values(batch.cells).flat();
    for (const cell of Object.keys(batch.cells)) {
      const [repeat, row] = cell.split("/");
      if (row) entries.push([`${repeat}:row`, row]);
    }
    for (const name of ["_name", "_post"]) {
      const field = form.elements.namedItem(name);
      if (field) entries.push([name, field.value]);
    }
    entries.push(["_key", batch.key], ["_seen", JSON.stringify(batch.seen)], ["_known", queue.known],
      ["_version", version], ["_end", "1"], ["csrfmiddlewaretoken", token]);
    const answer = await send(url, entries);
    if (answer.status !== 200) return stumble(answer);
    taken(answer);
  }
  report();
  return true;
}

function taken(answer) {
  trouble = null;
  tries = 0;
  savedAt = answer.at;
  for (const [cell, entries] of queue.answered(answer)) {
    settledCells.set(cell, { entries, revision: queue.base.get(cell) });
    if (cell.split("/").length === 2 && !queue.isTouched(cell)) putRow(cell, false);
    else showRefusal(cell, "");
  }
  for (const [cell, why] of queue.held) {
    if (why.refused) showRefusal(cell, why.refused);
    else if (!document.getElementById(`${cell}-conflict`)) ask(why.conflict);
  }
  heard(answer);
  keepNow();
  report();
}

function heard(answer) {
  if (answer.known !== undefined) queue.known = answer.known;
  for (const [cell, revision, value, text] of answer.changed ?? []) {
    if (!queue.isTouched(cell)) settledCells.set(cell, { value, text, revision });
  }
  showNews(answer.changed ?? [], queue, words);
  showPresence(answer.who, words);
}

function ask(conflict) {
  showConflict(conflict, words, (mine, text) => {
    const { cell } = conflict;
    const isRow = cell.split("/").length === 2;
    if (mine && text !== undefined) boxOf(cell).querySelector(".form-control").value = text;
    queue.decide(cell, mine ? entriesOf(cell) : null);
    const row = cell.split("/").slice(0, 2).join("/");
    const wasRemoved = !isRow && cell !== row && row in conflict.seen;
    if (!mine && isRow) putEntries(cell, []);
    else if (!mine && wasRemoved) putRow(row, false);
    else if (!mine) putValue(cell, conflict.theirs, null);
    else if (wasRemoved) {
      // The whole row comes back, not this one answer alone.
      for (const box of boxOf(row).querySelectorAll(".fill-field")) queue.edit(box.dataset.cell, entriesOf(box.dataset.cell));
    }
    keepSoon();
    flush();
  });
}

/** Nothing was saved: try again later where that helps, and say plainly where the answers are. */
async function stumble(answer) {
  if (answer.error === "forgery_check" && await renewed()) return sendAll();
  const passes = answer.status === 0 || answer.status >= 500 || [408, 429].includes(answer.status) || answer.error === "cut_off";
  if (passes) trouble = { code: "offline", message: "" };
  else trouble = { code: answer.error, message: answer.message || words.failed };
  if (passes || answer.error === "signed_out") {
    tries += 1;
    soon(Math.min(LONGEST, 1000 * 2 ** tries) * (0.75 + Math.random() / 2));
  }
  if (["unknown", "over"].includes(answer.error)) {
    // The link is over: what was typed stays to be read on this page alone.
    kept?.forget().catch(() => {});
    kept = null;
    forgetPage();
  } else {
    await keepNow();
  }
  report();
  return false;
}

async function renewed() {
  const answer = await look(url, { token: 1, known: queue.known, _version: version });
  if (!answer.token) return false;
  token = answer.token;
  form.elements.namedItem("csrfmiddlewaretoken").value = token;
  return true;
}

// What the writer does

function edited(event, delay) {
  const cell = cellOf(event.target);
  if (!cell) return;
  queue.edit(cell, entriesOf(cell));
  keepSoon();
  report();
  if (!trouble || trouble.code === "offline") soon(tries ? Math.max(delay, 1000 * 2 ** Math.min(tries, 5)) : delay);
}

form.addEventListener("input", (event) => edited(event, TYPING));
form.addEventListener("change", (event) => edited(event, event.target.matches("[data-remove]") ? TYPING : LEFT));
form.addEventListener("focusout", () => setTimeout(() => showLater(queue, words), 0));
window.addEventListener("online", () => flush());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) keepNow();
  if (queue.waiting) flush();
  else if (!document.hidden) poll();
});
window.addEventListener("pagehide", () => {
  keepNow();
  if (queue.waiting && !queue.batch) flush();
});
window.addEventListener("beforeunload", (event) => {
  if (queue.waiting || queue.held.size) event.preventDefault();
});

/** All that waits, before the page is posted: a server that is busy, or a line that is down for a moment, gets some time. */
async function settled() {
  for (let n = 1; n <= 4; n += 1) {
    if (await flush()) return true;
    if (trouble?.code !== "offline" || n === 4) return false;
    await new Promise((go) => setTimeout(go, 500 * n));
  }
  return false;
}

let isReady = false;
form.addEventListener("submit", async (event) => {
  if (isReady || !(queue.waiting || queue.batch || queue.held.size)) return;
  event.preventDefault();
  const button = event.submitter;
  if (!await settled()) {
    form.removeAttribute("aria-busy");
    return;
  }
  // The whole post decides what is in conflict on the page that it brings, as without scripts.
  queue.held.clear();
  queue.dirty.clear();
  await keepNow();
  isReady = true;
  form.requestSubmit(button);
});

// What others do

let polling = 0;
let misses = 0; // questions in a row that got no answer: the next one comes sooner
async function poll() {
  clearTimeout(polling);
  const isLeaving = form.getAttribute("aria-busy") === "true";
  const isBusy = isLeaving || document.hidden || navigator.connection?.saveData || (trouble && trouble.code !== "offline");
  if (busy) misses = 1; // asked again in a moment
  else if (!isBusy) {
    const answer = await look(url, { known: queue.known, page, here: sectionHere(), _version: version });
    if (answer.status === 200 && !busy) heard(answer);
    else if (answer.status >= 400 && answer.status < 500) stumble(answer);
    misses = answer.status === 0 || answer.status >= 500 ? misses + 1 : 0;
    keepSoon();
    report();
  }
  polling = setTimeout(poll, misses ? Math.min(POLL, 1000 * 2 ** misses) : POLL);
}

/** What earlier pages left, and what was saved after a page was made that is kept for offline. */
async function begin() {
  kept = await openKept(where, owner);
  for (const record of await kept?.left() ?? []) {
    if (record.known > queue.known) {
      queue.known = record.known;
      for (const [cell, { entries, value, text, revision }] of record.settled ?? []) {
        if (revision <= (queue.base.get(cell) ?? 0)) continue;
        settledCells.set(cell, { entries, value, text, revision });
        queue.base.set(cell, revision);
        if (cell.split("/").length === 2) putRow(cell, !entries && value !== null);
        else if (entries) putEntries(cell, entries);
        else putValue(cell, value, text);
      }
    }
    queue.adopt(record);
  }
  for (const [cell, entries] of [...Object.entries(queue.batch?.cells ?? {}), ...queue.dirty]) putEntries(cell, entries);
  for (const cell of queue.held.keys()) endConflict(cell);
  report();
  if (queue.waiting) await flush();
  keepPage(owner);
  polling = setTimeout(poll, 1500);
}

begin();
