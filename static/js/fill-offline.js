// A form that was opened once also opens without a line: a worker keeps this page, its styles and its scripts.
const PREFIX = "fill|";

/** Whatever other people left in this browser goes as soon as somebody opens a form of their own. */
async function dropOthers(owner) {
  for (const name of await caches.keys()) {
    const [kind, whose, path] = name.split("|");
    const isOthers = `${kind}|` === PREFIX && whose && owner && whose !== owner;
    const isOld = `${kind}|` === PREFIX && path === location.pathname && whose !== owner;
    if (isOthers || isOld) await caches.delete(name);
  }
}

export async function keepPage(owner) {
  if (!("serviceWorker" in navigator) || !("caches" in window) || !navigator.onLine) return;
  try {
    await dropOthers(owner);
    const registration = await navigator.serviceWorker.register("/fill-worker.js", { scope: location.pathname });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const assets = performance.getEntriesByType("resource").map((entry) => entry.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    worker.postMessage({ name: `${PREFIX}${owner}|${location.pathname}`, page: location.href.split("#")[0], assets });
  } catch {
    // No worker here: the page works, but cannot be opened without a line.
  }
}

export async function forgetPage() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name.split("|")[2] === location.pathname) await caches.delete(name);
  }
  const registration = await navigator.serviceWorker.getRegistration(location.pathname);
  await registration?.unregister();
}
