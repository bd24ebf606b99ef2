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
