// The line that says where the answers are: saved, on their way, or kept on this device.
const note = document.querySelector("[data-note]");

/** `words` with its gaps filled; the first form is for one. */
export function say(words, gaps = {}) {
  const text = Array.isArray(words) ? words[gaps.n === 1 ? 0 : 1] : words;
  return text.replace(/\{(\w+)\}/g, (_gap, name) => gaps[name] ?? "");
}

export const clock = (iso) =>
  new Date(iso).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

let told = "";
/** A change of this line is read out, politely; the same words are not said again. */
export function tell(parts, { way = null, isAlarming = false } = {}) {
  const text = parts.filter(Boolean).join(" · ");
  if (!note || text === told) return;
  told = text;
  note.textContent = text;
  note.classList.toggle("fill-actions__note--alarm", isAlarming);
  note.classList.add("fill-actions__note--live");
  if (way) {
    const link = document.createElement("a");
    Object.assign(link, { href: way.url, textContent: way.words, target: "_blank", rel: "noopener" });
    note.append(" ", link);
  }
}
