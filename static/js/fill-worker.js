// Keeps one open form so that it opens without a line. It answers from what it keeps only when the line does not answer,
// and what a server refuses is dropped. Its scope is the address of that form, and nothing else is kept.
const PREFIX = "fill|";
const PATIENCE = 8000; // milliseconds before a kept page is shown instead of one that does not come
const scope = new URL(self.registration.scope).pathname;

async function nameOf() {
  return (await caches.keys()).find((name) => name.startsWith(PREFIX) && name.split("|")[2] === scope);
}

async function keep({ name, page, assets }) {
  const store = await caches.open(name);
  for (const address of assets) {
    if (!(await store.match(address))) await store.add(address).catch(() => {});
  }
  if (!(await store.match(page))) {
    const answer = await fetch(page, { headers: { "X-Purpose": "keep" } });
    if (answer.ok && !answer.redirected) await store.put(page, answer);
  }
}

async function pageFor(request) {
  const name = await nameOf();
  try {
    const answer = await fetch(request, name ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (name && answer.ok && !answer.redirected) await (await caches.open(name)).put(request.url, answer.clone());
    else if (name && [403, 404, 410].includes(answer.status)) await caches.delete(name);
    return answer;
  } catch (error) {
    const store = name && (await caches.open(name));
    const kept = store && ((await store.match(request.url)) ?? (await store.match(request, { ignoreSearch: true })));
    if (kept) return kept;
    throw error;
  }
}

async function assetFor(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request.url);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === scope) event.respondWith(pageFor(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(assetFor(request));
});
