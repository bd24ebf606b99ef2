// Copy boxes: the text can be selected by hand; with us there is a button too.

for (const box of document.querySelectorAll("[data-copy]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const words = button.querySelector("span");
  const before = words.textContent;

  input.addEventListener("focus", () => input.select());
  // Browsers offer the clipboard on secure pages only.
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(input.value);
    words.textContent = button.dataset.done;
    setTimeout(() => {
      words.textContent = before;
    }, 2500);
  });
}
