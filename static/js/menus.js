// Menus are <details>; they open without us. Here they also close: on Escape, on a click elsewhere, one at a time.

const open = () => document.querySelectorAll("details[data-menu][open]");

const close = (menu) => {
  menu.open = false;
};

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    close(menu);
  }
});

// A refused form says first what is wrong: people who hear the page, and people on a small screen, start there.
document.querySelector("#conflict-title, #error-title")?.focus();
