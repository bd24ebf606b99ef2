// Two people changed the same answer: both values below the field, and the second writer chooses or merges there.
import { boxOf } from "./fill-fields.js";
import { clock, say } from "./fill-line.js";

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
