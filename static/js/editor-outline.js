// The outline of a tool: parts can be dragged to where they belong. The buttons and the form of each part do the same.

const form = document.querySelector("[data-outline]");
const scroller = document.getElementById("outline");

/** What may stand where: a group in the form alone, a table in no table. */
function fits(sort, place, parentSort) {
  if (sort === "group") return place === "form";
  return !(sort === "table" && parentSort === "table");
}

const sortOf = (id) => form.querySelector(`[data-part="${CSS.escape(id)}"]`)?.dataset.sort ?? "form";

function clear() {
  for (const row of form.querySelectorAll(".outline__row--before, .outline__add--before")) {
    row.classList.remove("outline__row--before", "outline__add--before");
  }
}

function send(fields) {
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.submit();
}

if (form && window.matchMedia("(hover: hover)").matches) {
  form.classList.add("is-live");
  let dragged = null;
  for (const row of form.querySelectorAll("[data-part]")) {
    row.draggable = true;
    row.querySelector("a").draggable = false;
  }

  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-part]");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.part);
    dragged.classList.add("outline__row--dragged");
  });

  form.addEventListener("dragend", () => {
    dragged?.classList.remove("outline__row--dragged");
    dragged = null;
    clear();
  });

  /** The row that the dragged one would come before, or the end of a group. */
  const targetOf = (event) => {
    const row = event.target.closest("[data-parent]");
    if (!dragged || !row || row === dragged || row.dataset.parent === dragged.dataset.part) return null;
    return fits(dragged.dataset.sort, row.dataset.parent, sortOf(row.dataset.parent)) ? row : null;
  };

  form.addEventListener("dragover", (event) => {
    const row = targetOf(event);
    clear();
    if (!row) return;
    event.preventDefault();
    row.classList.add(row.dataset.part ? "outline__row--before" : "outline__add--before");
  });

  form.addEventListener("drop", (event) => {
    const row = targetOf(event);
    if (!row) return;
    event.preventDefault();
    send({ do: `move ${dragged.dataset.part}`, parent: row.dataset.parent, before: row.dataset.part ?? "" });
  });
}

// A long outline shows the part that is open, without moving the page.
const current = form?.querySelector(".outline__row--current");
if (current && scroller.scrollHeight > scroller.clientHeight) {
  const above = current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += above - scroller.clientHeight / 3;
}
