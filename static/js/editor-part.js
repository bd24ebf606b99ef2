// The form of one part: lines of conditions, rows of choices and letters to insert, without a journey to the server.
// Without this file each of these buttons sends the page and gets it back with more room.

const asked = JSON.parse(document.getElementById("asked")?.textContent ?? "{}");

// --- Conditions ---------------------------------------------------------------------------------------------------

const VALUELESS = new Set(["answered", "unanswered"]);
const ORDERED = ["is", "is_not", "more", "less", "at_least", "at_most", "answered", "unanswered"];
const WAYS = {
  select_multiple: ["includes", "excludes", "answered", "unanswered"],
  select_one: ["is", "is_not", "answered", "unanswered"],
  text: ["is", "is_not", "contains", "answered", "unanswered"],
  file: ["answered", "unanswered"],
};
for (const kind of ["yes_no", "check", "country", "language"]) WAYS[kind] = WAYS.select_one;
for (const kind of ["long_text", "email", "phone", "url", "reference"]) WAYS[kind] = WAYS.text;
for (const kind of ["image", "signature"]) WAYS[kind] = WAYS.file;

/** Every way of asking with its words, from the first line that offers all of them. */
const words = new Map();
for (const option of document.querySelectorAll("[data-asked] option")) words.set(option.value, option.textContent);
const emptyAsked = document.querySelector("template[data-ways]");
for (const option of emptyAsked?.content.querySelectorAll("option") ?? []) words.set(option.value, option.textContent);

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function fitAsked(line, question, isOwn) {
  const select = line.querySelector("[data-asked]");
  const was = select.value;
  let ways = question ? (WAYS[question.kind] ?? ORDERED) : [...words.keys()].filter((way) => !way.startsWith("not_"));
  if (isOwn) ways = ways.map((way) => ({ at_least: "not_less", at_most: "not_more" })[way] ?? way);
  select.replaceChildren(...ways.filter((way) => words.has(way)).map((way) => option(way, words.get(way))));
  if (ways.includes(was)) select.value = was;
}

function fitValue(line, question) {
  const old = line.querySelector("[data-value]");
  const made = document.createElement(question?.choices.length ? "select" : "input");
  made.name = old.name;
  made.className = made.tagName === "SELECT" ? "form-select" : "form-control";
  made.setAttribute("aria-label", old.getAttribute("aria-label"));
  made.dataset.value = "";
  if (made.tagName === "SELECT") {
    made.append(option("", line.closest("[data-lines]").dataset.choose));
    made.append(...question.choices.map(([name, label]) => option(name, label)));
  } else {
    made.type = ["date", "datetime"].includes(question?.kind) ? "date" : "text";
    made.maxLength = 500;
    if (question?.number) made.inputMode = "decimal";
  }
  old.replaceWith(made);
  const other = line.querySelector("[data-other]");
  if (other.tagName === "SELECT") {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: other.name, value: "" });
    hidden.dataset.other = "";
    other.replaceWith(hidden);
  }
}

/** An answer is asked for where the way of asking needs one. */
function hideValue(line) {
  const value = line.querySelector("[data-value]");
  const other = line.querySelector("select[data-other]");
  const none = VALUELESS.has(line.querySelector("[data-asked]").value);
  value.classList.toggle("d-none", none || Boolean(other?.value));
  other?.classList.toggle("d-none", none);
}

function fitLine(line) {
  const name = line.querySelector("[data-question]").value;
  fitAsked(line, asked[name], name === ".");
  fitValue(line, asked[name]);
  hideValue(line);
}

function fitPicker(picker) {
  const lines = picker.querySelectorAll("[data-line]");
  picker.querySelector(".picker__join").classList.toggle("picker__join--alone", lines.length < 2);
  for (const [at, line] of [...lines].entries()) {
    for (const control of line.querySelectorAll("[aria-label]")) {
      control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+$/, at + 1));
    }
    line.querySelector("[data-drop-line]").hidden = lines.length < 2;
    hideValue(line);
  }
}

const SIGNS = { is: "=", is_not: "!=", more: ">", less: "<", at_least: ">=", at_most: "<=", not_less: "<", not_more: ">" };

/** What a line says as a formula, as toolkit/schema/conditions.py writes it when the page is saved. */
function saying(line) {
  const question = line.querySelector("[data-question]").value;
  const asking = line.querySelector("[data-asked]").value;
  const typed = line.querySelector("[data-value]").value.trim();
  const other = line.querySelector("[data-other]").value;
  const name = question === "." ? "." : question ? `\${${question}}` : "?";
  if (VALUELESS.has(asking)) return `${name} ${asking === "answered" ? "!=" : "="} ''`;
  const isNumber = asked[question]?.number && /^-?\d+(\.\d+)?$/.test(typed);
  let value = isNumber ? String(Number(typed)) : typed.includes("'") ? `"${typed}"` : `'${typed}'`;
  if (other) value = other === "today()" ? other : `\${${other}}`;
  else if (!typed) value = "?";
  if (asking === "contains") return `contains(${name}, ${value})`;
  if (asking === "includes") return `selected(${name}, ${value})`;
  if (asking === "excludes") return `not(selected(${name}, ${value}))`;
  return asking.startsWith("not_") ? `not(${name} ${SIGNS[asking]} ${value})` : `${name} ${SIGNS[asking]} ${value}`;
}

/** The formula follows what is picked; saving writes the same. */
function say(picker) {
  const lines = [...picker.querySelectorAll("[data-line]")].filter(
    (line) => line.querySelector("[data-question]").value || line.querySelector("[data-value]").value.trim(),
  );
  const isAny = picker.querySelector(".picker__join select").value === "any";
  picker.querySelector("[data-said]").textContent = lines.map(saying).join(isAny ? " or " : " and ");
  picker.querySelector("[data-saying]").hidden = !lines.length;
}

for (const picker of document.querySelectorAll("[data-picker]")) {
  fitPicker(picker);
  picker.addEventListener("change", (event) => {
    if (event.target.matches("[data-question]")) fitLine(event.target.closest("[data-line]"));
    else if (event.target.closest("[data-line]")) hideValue(event.target.closest("[data-line]"));
    if (event.target.closest(".picker__rows")) say(picker);
  });
  picker.addEventListener("input", (event) => {
    if (event.target.matches("[data-value]")) say(picker);
  });
  picker.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-line]")) {
      event.preventDefault();
      const lines = picker.querySelectorAll("[data-line]");
      const made = lines[lines.length - 1].cloneNode(true);
      made.classList.remove("picker__line--invalid");
      made.querySelector(".invalid-feedback")?.remove();
      made.querySelector("[data-question]").value = "";
      lines[lines.length - 1].after(made);
      fitLine(made);
      fitPicker(picker);
      made.querySelector("[data-question]").focus();
    }
    const drop = event.target.closest("[data-drop-line]");
    if (drop) {
      drop.closest("[data-line]").remove();
      fitPicker(picker);
      say(picker);
      picker.querySelector("[data-add-line]").focus();
    }
  });
}

// --- Choices --------------------------------------------------------------------------------------------------------

const grid = document.querySelector("[data-choices]");

/** The server reads the rows in their order; each needs a mark of its own for its “remove”. */
function numberRows() {
  for (const [at, row] of [...grid.querySelectorAll("[data-row]")].entries()) {
    row.querySelector("[data-key]").value = at;
    row.querySelector("[data-drop]").value = at;
  }
}

function addRow() {
  const rows = grid.querySelectorAll("[data-row]");
  const spare = [...rows].reverse().find((row) => row.querySelector("[name=choice-name]").type !== "hidden");
  if (!spare) return null;
  const made = spare.cloneNode(true);
  for (const input of made.querySelectorAll("input:not([type=checkbox])")) input.value = "";
  for (const input of made.querySelectorAll("[type=checkbox]")) input.checked = false;
  for (const input of made.querySelectorAll(".is-invalid")) input.classList.remove("is-invalid");
  made.querySelector(".invalid-feedback")?.remove();
  rows[rows.length - 1].after(made);
  numberRows();
  return made;
}

grid?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-up], [data-down], [data-more]");
  if (!button) return;
  if (button.matches("[data-more]")) {
    const made = addRow();
    if (!made) return;
    event.preventDefault();
    made.querySelector("[name=choice-label]").focus();
    return;
  }
  event.preventDefault();
  const row = button.closest("[data-row]");
  if (button.matches("[data-up]")) row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  numberRows();
  button.focus();
});

// Enter in a choice leads to the next one, as in a spreadsheet; the button saves.
grid?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[name=choice-label]")) return;
  event.preventDefault();
  const following = event.target.closest("[data-row]").nextElementSibling ?? addRow();
  following?.querySelector("[name=choice-label]").focus();
});

// --- Letters to insert ------------------------------------------------------------------------------------------------

// A snippet names its field; the short name of a question goes into the formula that was written in last.
const formulas = [...document.querySelectorAll("[data-formula], #id_calculation")];
let latest = formulas.find((field) => field.checkVisibility()) ?? null;
for (const field of formulas) {
  field.addEventListener("focus", () => {
    latest = field;
  });
}

for (const button of document.querySelectorAll("[data-insert]")) {
  const own = button.dataset.into && document.getElementById(button.dataset.into);
  if (!own && !formulas.length) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = own || latest || formulas[0];
    const way = field.closest("[data-picker]")?.querySelector("[type=radio][value=text]");
    if (way) way.checked = true;
    field.focus();
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// The way to the short names opens them.
for (const link of document.querySelectorAll("a[href='#names']")) {
  link.addEventListener("click", () => {
    document.getElementById("names").open = true;
  });
}

// --- Nothing typed is lost by going elsewhere -----------------------------------------------------------------------------

const form = document.querySelector("[data-part-form], [data-body]");
if (form) {
  const start = new URLSearchParams(new FormData(form)).toString();
  let isSent = false;
  form.addEventListener("submit", () => {
    isSent = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && new URLSearchParams(new FormData(form)).toString() !== start) event.preventDefault();
  });
}
