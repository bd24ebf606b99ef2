import { rowOf } from "./fill.js";

// The inputs of a form as cells: what stands in them, as pairs of name and value, and how it is put back.

const form = document.querySelector("[data-fill]");

/** The cell that an input belongs to; a row for the box that removes it; nothing where the page keeps it to itself. */
export function cellOf(input) {
  if (!input.name || input.type === "file" || input.closest("template")) return null;
  if (input.matches("[data-remove]")) return input.closest("[data-row]").dataset.row;
  return input.closest(".fill-field[data-cell]")?.dataset.cell ?? null;
}

export function boxOf(cell) {
  const escaped = CSS.escape(cell);
  return form.querySelector(`.fill-field[data-cell="${escaped}"], [data-row="${escaped}"]`);
}

const isRow = (cell) => cell.split("/").length === 2;

function inputsOf(cell) {
  const box = boxOf(cell);
  if (!box) return [];
  if (isRow(cell)) return [...box.querySelectorAll("[data-remove]")];
  return [...box.querySelectorAll("input, textarea, select")].filter((input) => input.name && input.type !== "file");
}

/** What a post of the page would send for the cell. */
export function entriesOf(cell) {
  const entries = [];
  for (const input of inputsOf(cell)) {
    const isBox = input.type === "checkbox" || input.type === "radio";
    if (!isBox || input.checked) entries.push([input.name, input.value]);
  }
  return entries;
}

function setInput(input, values) {
  if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
  else if (!input.name.endsWith(":shown")) input.value = values[0] ?? "";
}

export function putEntries(cell, entries) {
  if (cell.includes("/")) rowOf(cell);
  for (const input of inputsOf(cell)) {
    setInput(input, entries.filter(([name]) => name === input.name).map(([, value]) => value));
  }
  settled(cell);
}

/** What the server keeps of a cell, in its inputs; `words` where there are none. */
export function putValue(cell, value, words) {
  const box = boxOf(cell);
  const shown = box?.querySelector("output.fill-shown");
  if (shown) shown.textContent = words || "–";
  else if (words === null) {
    for (const input of inputsOf(cell)) setInput(input, valuesFor(input.name.split(":")[1], value));
  }
  settled(cell);
}

function valuesFor(part, value) {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "object") return [String(value)];
  const one = part ? value[part] : value.text;
  return one === null || one === undefined ? [] : [String(one)];
}

/** Removes the row that somebody else removed, or brings in one that they added. */
export function putRow(cell, isThere) {
  if (isThere) rowOf(cell);
  else boxOf(cell)?.remove();
  settled(cell);
}

/** For whoever shows and hides questions: an input changed without anybody typing. */
function settled(cell) {
  const box = boxOf(cell);
  box?.querySelector("[data-remove]")?.closest("[data-row]").classList.toggle(
    "fill-row--removed", Boolean(box.querySelector("[data-remove]:checked")));
  form.dispatchEvent(new CustomEvent("fill:put"));
}

// The line that says where the answers are: saved, on their way, or kept on this device.
const note = document.querySelector("[data-note]");

/** `words` with its gaps filled; the first form is for one. */
export function say(words, gaps = {}) {
  const text = Array.isArray(words) ? words[gaps.n === 1 ? 0 : 1] : words;
  return text.replace(/\{(\w+)\}/g, (_gap, name) => gaps[name] ?? "");
}

export const clock = (iso) =>
  new Date(iso).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

let told = "";
/** A change of this line is read out, politely; the same words are not said again. */
export function tell(parts, { way = null, isAlarming = false } = {}) {
  const text = parts.filter(Boolean).join(" · ");
  if (!note || text === told) return;
  told = text;
  note.textContent = text;
  note.classList.toggle("fill-actions__note--alarm", isAlarming);
  note.classList.add("fill-actions__note--live");
  if (way) {
    const link = document.createElement("a");
    Object.assign(link, { href: way.url, textContent: way.words, target: "_blank", rel: "noopener" });
    note.append(" ", link);
  }
}

// What others did, shown without reloading: their answers where nobody is writing here, and who they are.

const MARKED = 8000; // milliseconds for which a new answer is marked
const later = new Map();

/** Shows each piece of news that `queue` takes; what is being written waits until its field is left. */
export function showNews(changed, queue, words) {
  for (const [cell, revision, value, text, name] of changed) {
    const box = boxOf(cell);
    if (box?.contains(document.activeElement)) {
      later.set(cell, [cell, revision, value, text, name]);
      continue;
    }
    if (!queue.takes(cell, revision)) continue;
    const isRow = cell.split("/").length === 2;
    if (isRow || cell.includes("/")) putRow(cell, !isRow || value !== null);
    if (!isRow) putValue(cell, value, text);
    mark(boxOf(cell), say(words.from, { name }));
  }
}

export function showLater(queue, words) {
  const waiting = [...later.values()];
  later.clear();
  if (waiting.length) showNews(waiting, queue, words);
}

function mark(box, text) {
  if (!box) return;
  box.querySelector(":scope > .fill-fresh")?.remove();
  const line = document.createElement("p");
  line.className = "fill-fresh";
  line.textContent = text;
  box.append(line);
  box.classList.add("fill-field--fresh");
  setTimeout(() => {
    line.remove();
    box.classList.remove("fill-field--fresh");
  }, MARKED);
}

/** Who else has the form open, above the sections; nothing when nobody has. */
export function showPresence(who, words) {
  const place = document.querySelector("[data-present]");
  if (!place || !who) return;
  const lines = who.map(({ name, side, group }) => {
    const label = group && document.getElementById(`${group}-label`)?.textContent.trim();
    return (side ? `${name} (${side})` : name) + (label ? `: ${label}` : "");
  });
  const text = lines.length ? `${words.present} ${lines.join(" · ")}` : "";
  if (place.textContent !== text) place.textContent = text;
  place.hidden = !text;
}

/** The section that is being read or written. */
export function sectionHere() {
  const active = document.activeElement?.closest(".fill-group");
  if (active) return active.id;
  const middle = window.innerHeight / 2;
  return [...document.querySelectorAll(".fill-group[data-cell]")]
    .find((group) => group.getBoundingClientRect().bottom > middle)?.id ?? "";
}

// Two people changed the same answer: both values below the field, and the second writer chooses or merges there.

function element(tag, text, options = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  return Object.assign(made, options);
}

function button(text, act) {
  const made = element("button", text, { type: "button", className: "btn btn-sm btn-outline-secondary" });
  made.addEventListener("click", act);
  return made;
}

/** Shows the choice; `choose(mine, text)` hears the answer: keep mine, take theirs, or the merged text. */
export function showConflict(conflict, words, choose) {
  const box = boxOf(conflict.cell);
  if (!box) return;
  endConflict(conflict.cell);
  const isRow = box.matches("[data-row]");
  const area = box.querySelector("textarea, input[type=text][name$='/text'], input.form-control[type=text]");
  const panel = element("div", "", { className: "fill-theirs", id: `${conflict.cell}-conflict` });
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-labelledby", `${panel.id}-title`);
  const who = { name: conflict.name, time: conflict.at ? clock(conflict.at) : "" };
  const isGone = !isRow && conflict.theirs === null && Object.keys(conflict.seen).length > 1;
  const title = isRow ? words.row_changed : isGone ? words.row_removed : words.changed;
  const head = element("p", "", { id: `${panel.id}-title` });
  head.append(element("strong", say(title, who)));
  const theirs = element("p", conflict.words || (isGone ? "" : words.emptied), { dir: "auto", className: "fill-theirs__text" });
  const choices = element("div", "", { className: "fill-theirs__choices" });
  const done = (mine, text) => {
    endConflict(conflict.cell);
    choose(mine, text);
    // The field and not its input: the Enter that chose would go on and send the form.
    box.tabIndex = -1;
    box.focus();
  };
  choices.append(
    button(isRow ? words.remove_row : words.keep_mine, () => done(true)),
    button(isRow ? words.keep_row : words.take_theirs, () => done(false)),
  );
  if (area?.matches("textarea") && !isRow && conflict.words) {
    choices.append(button(words.merge, () => merge(panel, area, conflict, words, done)));
  }
  panel.append(head, theirs, choices);
  box.classList.add("fill-field--conflict");
  box.append(panel);
  for (const input of box.querySelectorAll("input, textarea, select")) describe(input, panel.id, true);
}

/** A box with both texts to be made one. */
function merge(panel, area, conflict, words, done) {
  if (panel.querySelector("textarea")) return;
  const id = `${panel.id}-merge`;
  const label = element("label", words.merge_label, { htmlFor: id, className: "fill-label" });
  const both = element("textarea", "", { id, rows: 8, className: "form-control", dir: "auto" });
  both.value = `${area.value}\n\n${conflict.words}`;
  panel.append(label, both, button(words.use_merged, () => done(true, both.value)));
  both.focus();
}

function describe(input, id, isOn) {
  const ids = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (isOn) ids.add(id);
  else ids.delete(id);
  if (ids.size) input.setAttribute("aria-describedby", [...ids].join(" "));
  else input.removeAttribute("aria-describedby");
}

export function endConflict(cell) {
  const panel = document.getElementById(`${cell}-conflict`);
  const box = boxOf(cell);
  panel?.remove();
  box?.classList.remove("fill-field--conflict");
  for (const input of box?.querySelectorAll("input, textarea, select") ?? []) describe(input, `${cell}-conflict`, false);
}

/** What the server could not take, under the field it is about; nothing takes the words away again. */
export function showRefusal(cell, words) {
  const box = boxOf(cell);
  if (!box) return;
  const id = `${cell}-error`;
  let line = document.getElementById(id);
  if (!words) {
    line?.remove();
    box.classList.remove("fill-field--invalid");
  } else {
    if (!line) box.append((line = element("p", "", { id, className: "fill-error" })));
    line.textContent = words;
    box.classList.add("fill-field--invalid");
  }
  for (const input of box.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    describe(input, id, Boolean(words));
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

// The line to the server: one address, which takes changed cells and tells what others did.
const WAIT = 20_000; // milliseconds after which an answer is no longer waited for
const KEEPALIVE = 60_000; // bytes that a browser still sends after its page was closed

async function ask(address, options) {
  const answer = await fetch(address, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(WAIT),
    ...options,
  });
  let content = {};
  try {
    content = await answer.json();
  } catch {
    content = { error: "unclear" };
  }
  return { status: answer.status, ...content };
}

/** `{ status, … }` as the server said it; status 0 when nothing came back. */
export async function send(address, fields) {
  const body = new URLSearchParams(fields);
  try {
    return await ask(address, { method: "POST", body, keepalive: body.toString().length < KEEPALIVE });
  } catch {
    return { status: 0 };
  }
}

export async function look(address, fields) {
  try {
    return await ask(`${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams(fields)}`, {});
  } catch {
    return { status: 0 };
  }
}

// The second net: what waits to be saved is also in the browser's own database, so that a closed laptop loses nothing.
// Every open page has a record of its own; one whose page is gone is taken over by the next page of the same form.
const DAYS = 30;

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("fill", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("pages", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function within(base, mode, act) {
  return new Promise((resolve, reject) => {
    const work = base.transaction("pages", mode);
    const request = act(work.objectStore("pages"));
    work.oncomplete = () => resolve(request.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

/** Runs `act` once no other page holds the record; at once where the browser knows no locks. */
async function whenFree(id, act) {
  if (!navigator.locks) return act();
  try {
    return await navigator.locks.request(`fill-${id}`, { signal: AbortSignal.timeout(3000) }, act);
  } catch {
    return null; // it belongs to another page that is open
  }
}

/** A store for the page `where`, written for `owner`; null where the browser has no database for us. */
export async function openKept(where, owner) {
  let base;
  try {
    base = await opened();
  } catch {
    return null;
  }
  const id = `${where}|${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  navigator.locks?.request(`fill-${id}`, () => new Promise(() => {})); // held until the page is gone
  const drop = (old) => within(base, "readwrite", (store) => store.delete(old));
  return {
    keep: (content) => within(base, "readwrite", (store) =>
      content ? store.put({ ...content, id, where, owner, at: Date.now() }) : store.delete(id)),
    /** What pages left that are gone now, oldest first. Of other people, and after a month, nothing is kept. */
    async left() {
      const found = [];
      const all = await within(base, "readonly", (store) => store.getAll());
      for (const record of all.sort((a, b) => a.at - b.at)) {
        const isStale = record.owner !== owner && record.owner && owner;
        if (isStale || record.at < Date.now() - DAYS * 86_400_000) await drop(record.id);
        else if (record.where === where && record.owner === owner && record.id !== id) {
          await whenFree(record.id, async () => {
            found.push(record);
            await drop(record.id);
          });
        }
      }
      return found;
    },
    async forget() {
      const all = await within(base, "readonly", (store) => store.getAll());
      for (const record of all) if (record.where === where) await drop(record.id);
    },
  };
}
