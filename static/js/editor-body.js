// The text of a document: the preview follows while one writes. Without this file the button “Look at it” shows it.

const form = document.querySelector("[data-body]");
const look = document.querySelector("[data-look]");
const field = form.querySelector("textarea");
let waiting = 0;
let running = null;

async function show() {
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.lookUrl, {
      method: "POST",
      body: new FormData(form),
      signal: running.signal,
    });
    if (!answer.ok) return;
    // Parsed apart from the page: nothing in it can run, and the server has cleaned it.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    look.replaceChildren(...page.body.childNodes);
  } catch {
    // The line is gone or a newer text is on its way; what was shown stays.
  }
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 700);
});
