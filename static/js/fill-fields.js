// The inputs of a form as cells: what stands in them, as pairs of name and value, and how it is put back.
import { rowOf } from "./fill-rows.js";

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
