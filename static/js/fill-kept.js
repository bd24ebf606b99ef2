// The second net: what waits to be saved is also in the browser's own database, so that a closed laptop loses nothing.
// Every open page has a record of its own; one whose page is gone is taken over by the next page of the same form.
const DAYS = 30;

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("fill", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("pages", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function within(base, mode, act) {
  return new Promise((resolve, reject) => {
    const work = base.transaction("pages", mode);
    const request = act(work.objectStore("pages"));
    work.oncomplete = () => resolve(request.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

/** Runs `act` once no other page holds the record; at once where the browser knows no locks. */
async function whenFree(id, act) {
  if (!navigator.locks) return act();
  try {
    return await navigator.locks.request(`fill-${id}`, { signal: AbortSignal.timeout(3000) }, act);
  } catch {
    return null; // it belongs to another page that is open
  }
}

/** A store for the page `where`, written for `owner`; null where the browser has no database for us. */
export async function openKept(where, owner) {
  let base;
  try {
    base = await opened();
  } catch {
    return null;
  }
  const id = `${where}|${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  navigator.locks?.request(`fill-${id}`, () => new Promise(() => {})); // held until the page is gone
  const drop = (old) => within(base, "readwrite", (store) => store.delete(old));
  return {
    keep: (content) => within(base, "readwrite", (store) =>
      content ? store.put({ ...content, id, where, owner, at: Date.now() }) : store.delete(id)),
    /** What pages left that are gone now, oldest first. Of other people, and after a month, nothing is kept. */
    async left() {
      const found = [];
      const all = await within(base, "readonly", (store) => store.getAll());
      for (const record of all.sort((a, b) => a.at - b.at)) {
        const isStale = record.owner !== owner && record.owner && owner;
        if (isStale || record.at < Date.now() - DAYS * 86_400_000) await drop(record.id);
        else if (record.where === where && record.owner === owner && record.id !== id) {
          await whenFree(record.id, async () => {
            found.push(record);
            await drop(record.id);
          });
        }
      }
      return found;
    },
    async forget() {
      const all = await within(base, "readonly", (store) => store.getAll());
      for (const record of all) if (record.where === where) await drop(record.id);
    },
  };
}
