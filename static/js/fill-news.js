// What others did, shown without reloading: their answers where nobody is writing here, and who they are.
import { boxOf, putRow, putValue } from "./fill-fields.js";
import { say } from "./fill-line.js";

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
