// The page that fills a form: shows and hides questions, works out sums, adds rows and counts words as one types.
// Without this file everything still works; it then happens when the page is saved.
import { evaluateForm } from "./expressions.js";

const form = document.querySelector("[data-fill]");
const rules = JSON.parse(document.getElementById("form-rules").textContent);
const kinds = new Map(rules.nodes.filter((node) => node.kind).map((node) => [node.id, node.kind]));
const nowhere = new Set(["", null, undefined]);

/** What stands in the inputs of one cell, as the server would keep it; undefined when there is nothing. */
function valueOf(cell, kind) {
  const named = (part) => form.elements.namedItem(part ? `${cell}:${part}` : cell);
  const text = (part) => named(part)?.value?.trim() ?? "";
  switch (kind) {
    case "money":
      return text("amount") === "" ? undefined : { amount: text("amount"), currency: text("currency") };
    case "datetime":
      return text("at") === "" ? undefined : { at: text("at"), zone: text("zone") };
    case "signature":
      return text("name") === "" ? undefined : { name: text("name"), agreed: Boolean(named("agreed")?.checked) };
    case "check":
      return { state: text("state") || "pending" };
    case "reference":
      return text() === "" ? undefined : { text: text(), ref: null };
    case "select_multiple": {
      const boxes = form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(cell)}"]:checked`);
      return boxes.length ? [...boxes].map((box) => box.value) : undefined;
    }
    default:
      return nowhere.has(text()) ? undefined : text();
  }
}

/** Cells that this writer only reads have no inputs; what the server says of them stays as it was. */
const fixed = JSON.parse(document.getElementById("form-fixed")?.textContent ?? "{}");

function answers() {
  const found = structuredClone(fixed);
  for (const [id, kind] of kinds) {
    if (id.startsWith("f_") && !inTable.has(id)) {
      const value = valueOf(id, kind);
      if (value !== undefined) found[id] = value;
    }
  }
  for (const table of form.querySelectorAll("[data-rows]")) {
    const repeat = table.closest("[data-cell]").dataset.cell;
    const known = new Map((fixed[repeat] ?? []).map((row) => [row._row, row]));
    found[repeat] = [];
    for (const line of table.children) {
      const place = line.dataset.row;
      if (line.querySelector("[data-remove]")?.checked) continue;
      const row = { ...known.get(place.split("/")[1]), _row: place.split("/")[1] };
      for (const id of columns.get(repeat) ?? []) {
        const value = valueOf(`${place}/${id}`, kinds.get(id));
        if (value !== undefined) row[id] = value;
      }
      if (Object.keys(row).length > 1) found[repeat].push(row);
    }
  }
  return found;
}

const inTable = new Set(rules.nodes.filter((node) => node.repeat).map((node) => node.id));
const columns = new Map();
for (const node of rules.nodes) {
  if (node.repeat) columns.set(node.repeat, [...(columns.get(node.repeat) ?? []), node.id]);
}

function show(element, isShown) {
  if (element && element.hidden === isShown) element.hidden = !isShown;
}

function words(value) {
  if (Array.isArray(value)) return value.map((part) => `${part.amount} ${part.currency}`).join(", ");
  if (typeof value === "number") return value.toLocaleString(form.dataset.language, { maximumFractionDigits: 2 });
  return String(value ?? "");
}

function pad(number) {
  return String(number).padStart(2, "0");
}

function workOut() {
  const date = new Date();
  const today = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const now = `${today}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const { relevant, calculated, totals, offered } = evaluateForm(rules, answers(), { today, now });
  for (const element of form.querySelectorAll("[data-cell]")) {
    const holds = relevant[element.dataset.cell];
    if (holds !== undefined) show(element, holds);
  }
  for (const entry of form.querySelectorAll("[data-entry]")) {
    const holds = relevant[entry.dataset.entry];
    if (holds !== undefined) show(entry, holds);
  }
  for (const output of form.querySelectorAll("[data-calculated]")) {
    output.textContent = words(calculated[output.dataset.calculated]) || "–";
  }
  for (const output of form.querySelectorAll("[data-total]")) {
    const [repeat, item] = output.dataset.total.split("/");
    output.textContent = words(totals[repeat]?.[item]) || "–";
  }
  for (const box of form.querySelectorAll("[data-filtered]")) {
    const names = offered[box.closest("[data-cell]").dataset.cell];
    if (names) offer(box, new Set(names));
  }
}

/** Shows the choices that a filter leaves. One that is picked stays to be seen, with a word on what is the matter. */
function offer(box, names) {
  let strays = 0;
  for (const choice of box.querySelectorAll("option, input:is([type=radio], [type=checkbox])")) {
    if (choice.value === "") continue;
    const isOut = !names.has(choice.value);
    const isPicked = choice.selected || choice.checked;
    const isHidden = isOut && !isPicked;
    strays += isOut && isPicked;
    choice.disabled = isHidden;
    show(choice.closest("label") ?? choice, !isHidden);
  }
  show(box.querySelector("[data-ruled-out]"), strays > 0);
  show(box.querySelector("[data-no-choice]"), names.size === 0);
}

let waiting = 0;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(workOut, 120);
}

/** A new row for the table of the button that was pressed. */
function addByHand(button) {
  addRow(button.closest("[data-cell]"))?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  changed();
}

// A page with fill-save.js says itself where the answers are, and asks before it is left.
const savesItself = Boolean(document.getElementById("form-saving"));
let isChanged = false;
function changed() {
  if (!isChanged) {
    isChanged = true;
    const note = form.querySelector("[data-note]");
    if (note?.dataset.unsaved && !savesItself) note.textContent = note.dataset.unsaved;
  }
  soon();
}

function countWords(area) {
  const most = Number(area.dataset.maxWords);
  const count = area.value.split(/\s+/u).filter(Boolean).length;
  const id = `${area.id}-words`;
  let line = document.getElementById(id);
  if (!line) {
    line = document.createElement("p");
    line.id = id;
    line.className = "fill-hint";
    area.after(line);
  }
  line.textContent = `${count} / ${most}`;
  line.classList.toggle("fill-error", count > most);
}

form.addEventListener("input", (event) => {
  if (event.target.dataset.maxWords) countWords(event.target);
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-remove]")) {
    event.target.closest("[data-row]").classList.toggle("fill-row--removed", event.target.checked);
  }
  changed();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (button) {
    event.preventDefault();
    addByHand(button);
  }
});
form.addEventListener("submit", () => {
  isChanged = false;
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("beforeunload", (event) => {
  // A form that is only tried out loses nothing that anybody meant to keep.
  if (isChanged && !savesItself && form.dataset.fill !== "trial") event.preventDefault();
});

form.addEventListener("fill:put", soon);
for (const area of form.querySelectorAll("[data-max-words]")) countWords(area);
document.querySelector("[data-problems]")?.focus();
workOut();

// Rows of tables: a copy of the blank one under an id of its own. The server takes whatever id the page made.
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

export function newRowId() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => LETTERS[byte % 36]).join("");
}

/** The new row, or nothing where the table is full or closed. */
export function addRow(table, id = newRowId()) {
  const list = table?.querySelector("[data-rows]");
  const blank = table?.querySelector("template[data-blank]");
  const most = Number(table?.dataset.max);
  if (!blank || list.children.length >= most) return null;
  const copy = blank.content.cloneNode(true);
  for (const element of copy.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes("newrow00")) attribute.value = attribute.value.replaceAll("newrow00", id);
    }
  }
  list.append(copy);
  const button = table.querySelector("[data-add]");
  if (button) button.hidden = list.children.length >= most;
  return list.lastElementChild;
}

/** The row of a cell, made if the page does not have it yet. */
export function rowOf(cell) {
  const [repeat, id] = cell.split("/");
  return document.querySelector(`[data-row="${CSS.escape(`${repeat}/${id}`)}"]`)
    ?? addRow(document.querySelector(`.fill-table[data-cell="${CSS.escape(repeat)}"]`), id);
}

// A form that was opened once also opens without a line: a worker keeps this page, its styles and its scripts.
const PREFIX = "fill|";

/** Whatever other people left in this browser goes as soon as somebody opens a form of their own. */
async function dropOthers(owner) {
  for (const name of await caches.keys()) {
    const [kind, whose, path] = name.split("|");
    const isOthers = `${kind}|` === PREFIX && whose && owner && whose !== owner;
    const isOld = `${kind}|` === PREFIX && path === location.pathname && whose !== owner;
    if (isOthers || isOld) await caches.delete(name);
  }
}

export async function keepPage(owner) {
  if (!("serviceWorker" in navigator) || !("caches" in window) || !navigator.onLine) return;
  try {
    await dropOthers(owner);
    const registration = await navigator.serviceWorker.register("/fill-worker.js", { scope: location.pathname });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const assets = performance.getEntriesByType("resource").map((entry) => entry.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    worker.postMessage({ name: `${PREFIX}${owner}|${location.pathname}`, page: location.href.split("#")[0], assets });
  } catch {
    // No worker here: the page works, but cannot be opened without a line.
  }
}

export async function forgetPage() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name.split("|")[2] === location.pathname) await caches.delete(name);
  }
  const registration = await navigator.serviceWorker.getRegistration(location.pathname);
  await registration?.unregister();
}
