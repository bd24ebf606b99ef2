// Copy boxes: the text can be selected by hand; with us there is a button too.

for (const box of document.querySelectorAll("[data-copy]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const words = button.querySelector("span");
  const status = box.querySelector("[role=status]");
  const before = words.textContent;

  input.addEventListener("focus", () => input.select());
  // Browsers offer the clipboard on secure pages only.
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // Refused by the browser: leave the text marked, ready for the person to copy.
      input.select();
      return;
    }
    words.textContent = status.textContent = button.dataset.done;
    setTimeout(() => {
      words.textContent = before;
      status.textContent = "";
    }, 2500);
  });
}
