// The line to the server: one address, which takes changed cells and tells what others did.
const WAIT = 20_000; // milliseconds after which an answer is no longer waited for
const KEEPALIVE = 60_000; // bytes that a browser still sends after its page was closed

async function ask(address, options) {
  const answer = await fetch(address, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(WAIT),
    ...options,
  });
  let content = {};
  try {
    content = await answer.json();
  } catch {
    content = { error: "unclear" };
  }
  return { status: answer.status, ...content };
}

/** `{ status, … }` as the server said it; status 0 when nothing came back. */
export async function send(address, fields) {
  const body = new URLSearchParams(fields);
  try {
    return await ask(address, { method: "POST", body, keepalive: body.toString().length < KEEPALIVE });
  } catch {
    return { status: 0 };
  }
}

export async function look(address, fields) {
  try {
    return await ask(`${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams(fields)}`, {});
  } catch {
    return { status: 0 };
  }
}
