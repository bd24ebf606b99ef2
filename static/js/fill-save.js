// The open form saves itself: changed cells a few seconds after typing and when a field is left. What is not saved yet is
// kept in the browser and sent as soon as the line is back.
import { forgetPage, keepPage } from "./fill.js";
import {
  boxOf, cellOf, clock, entriesOf, putEntries, putRow, putValue, say, sectionHere, tell,
  endConflict, look, openKept, send, showConflict, showLater, showNews, showPresence, showRefusal,
} from "./fill-page.js";

// What was typed and is not saved yet. Knows nothing of the page, the line or the clock.

/** `base`: the revision of each cell as the page was told. A cell that is held waits for its writer: somebody else
 * changed it, or the server could not take it. What was sent stays one batch with one key until it is answered. */
class Queue {
  constructor({ base = {}, known = 0, newKey }) {
    this.base = new Map(Object.entries(base));
    this.known = known;
    this.newKey = newKey;
    this.dirty = new Map();
    this.held = new Map();
    this.batch = null;
  }

  edit(cell, entries) {
    this.dirty.set(cell, entries);
    if (this.held.get(cell)?.refused) this.held.delete(cell);
  }

  isTouched(cell) {
    const within = (other) => other === cell || other.startsWith(`${cell}/`);
    return [...this.dirty.keys(), ...Object.keys(this.batch?.cells ?? {})].some(within);
  }

  get waiting() {
    const sent = Object.keys(this.batch?.cells ?? {}).filter((cell) => !this.dirty.has(cell));
    return sent.length + [...this.dirty.keys()].filter((cell) => !this.held.has(cell)).length;
  }

  /** The batch to send now: the one that was never answered, or a new one; nothing when nothing waits. */
  next() {
    if (this.batch) return this.batch;
    const cells = [...this.dirty].filter(([cell]) => !this.held.has(cell));
    if (!cells.length) return null;
    const seen = {};
    for (const [cell] of cells) {
      for (const [other, revision] of this.base) {
        const isRow = cell.startsWith(`${other}/`) && other.startsWith("r_");
        if (other === cell || isRow || (cell.startsWith("r_") && other.startsWith(`${cell}/`))) seen[other] = revision;
      }
    }
    this.batch = { key: this.newKey(), cells: Object.fromEntries(cells), seen };
    for (const [cell] of cells) this.dirty.delete(cell);
    return this.batch;
  }

  /** Take in what the server said to the batch; the cells that were saved, with what was sent for them. */
  answered({ saved, conflicts, refused }) {
    const sent = this.batch.cells;
    this.batch = null;
    for (const conflict of conflicts) this.hold(conflict.cell, sent[conflict.cell], { conflict });
    for (const [cell, words] of Object.entries(refused)) {
      const isOld = this.dirty.has(cell); // typed again meanwhile: what was refused is gone
      if (sent[cell] && !isOld) this.hold(cell, sent[cell], { refused: words });
    }
    const done = Object.entries(saved).filter(([cell]) => sent[cell]);
    for (const [cell, revision] of done) this.base.set(cell, revision);
    return done.map(([cell]) => [cell, sent[cell]]);
  }

  hold(cell, entries, why) {
    if (!this.dirty.has(cell) && entries) this.dirty.set(cell, entries);
    this.held.set(cell, why);
  }

  /** The writer chose: what they saw of the others counts as read. */
  decide(cell, mine) {
    const { conflict } = this.held.get(cell);
    this.held.delete(cell);
    for (const [other, revision] of Object.entries(conflict.seen)) this.base.set(other, revision);
    if (mine) this.dirty.set(cell, mine);
    else this.dirty.delete(cell);
  }

  /** Whether news of a cell may be shown: it is news, and nothing of this writer's waits there. */
  takes(cell, revision) {
    if (revision <= (this.base.get(cell) ?? 0) || this.isTouched(cell)) return false;
    this.base.set(cell, revision);
    return true;
  }

  toJSON() {
    return {
      base: Object.fromEntries(this.base),
      known: this.known,
      dirty: Object.fromEntries(this.dirty),
      batch: this.batch,
    };
  }

  /** What an earlier page left: its words, under the revisions that it had seen. */
  adopt({ base, dirty, batch }) {
    for (const [cell, entries] of Object.entries({ ...batch?.cells, ...dirty })) {
      if (!this.dirty.has(cell)) this.dirty.set(cell, entries);
      for (const other of [cell, cell.split("/").slice(0, 2).join("/")]) {
        if (other in base) this.base.set(other, base[other]);
        else this.base.delete(other);
      }
    }
    if (batch && !this.batch) {
      this.batch = batch;
      for (const [cell, entries] of Object.entries(batch.cells)) {
        if (!(cell in dirty) && this.dirty.get(cell) === entries) this.dirty.delete(cell);
      }
    }
  }
}

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
