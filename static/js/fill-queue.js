// What was typed and is not saved yet. Knows nothing of the page, the line or the clock.

/** `base`: the revision of each cell as the page was told. A cell that is held waits for its writer: somebody else
 * changed it, or the server could not take it. What was sent stays one batch with one key until it is answered. */
export class Queue {
  constructor({ base = {}, known = 0, newKey }) {
    this.base = new Map(Object.entries(base));
    this.known = known;
    this.newKey = newKey;
    this.dirty = new Map();
    this.held = new Map();
    this.batch = null;
  }

  edit(cell, entries) {
    this.dirty.set(cell, entries);
    if (this.held.get(cell)?.refused) this.held.delete(cell);
  }

  isTouched(cell) {
    const within = (other) => other === cell || other.startsWith(`${cell}/`);
    return [...this.dirty.keys(), ...Object.keys(this.batch?.cells ?? {})].some(within);
  }

  get waiting() {
    const sent = Object.keys(this.batch?.cells ?? {}).filter((cell) => !this.dirty.has(cell));
    return sent.length + [...this.dirty.keys()].filter((cell) => !this.held.has(cell)).length;
  }

  /** The batch to send now: the one that was never answered, or a new one; nothing when nothing waits. */
  next() {
    if (this.batch) return this.batch;
    const cells = [...this.dirty].filter(([cell]) => !this.held.has(cell));
    if (!cells.length) return null;
    const seen = {};
    for (const [cell] of cells) {
      for (const [other, revision] of this.base) {
        const isRow = cell.startsWith(`${other}/`) && other.startsWith("r_");
        if (other === cell || isRow || (cell.startsWith("r_") && other.startsWith(`${cell}/`))) seen[other] = revision;
      }
    }
    this.batch = { key: this.newKey(), cells: Object.fromEntries(cells), seen };
    for (const [cell] of cells) this.dirty.delete(cell);
    return this.batch;
  }

  /** Take in what the server said to the batch; the cells that were saved, with what was sent for them. */
  answered({ saved, conflicts, refused }) {
    const sent = this.batch.cells;
    this.batch = null;
    for (const conflict of conflicts) this.hold(conflict.cell, sent[conflict.cell], { conflict });
    for (const [cell, words] of Object.entries(refused)) {
      const isOld = this.dirty.has(cell); // typed again meanwhile: what was refused is gone
      if (sent[cell] && !isOld) this.hold(cell, sent[cell], { refused: words });
    }
    const done = Object.entries(saved).filter(([cell]) => sent[cell]);
    for (const [cell, revision] of done) this.base.set(cell, revision);
    return done.map(([cell]) => [cell, sent[cell]]);
  }

  hold(cell, entries, why) {
    if (!this.dirty.has(cell) && entries) this.dirty.set(cell, entries);
    this.held.set(cell, why);
  }

  /** The writer chose: what they saw of the others counts as read. */
  decide(cell, mine) {
    const { conflict } = this.held.get(cell);
    this.held.delete(cell);
    for (const [other, revision] of Object.entries(conflict.seen)) this.base.set(other, revision);
    if (mine) this.dirty.set(cell, mine);
    else this.dirty.delete(cell);
  }

  /** Whether news of a cell may be shown: it is news, and nothing of this writer's waits there. */
  takes(cell, revision) {
    if (revision <= (this.base.get(cell) ?? 0) || this.isTouched(cell)) return false;
    this.base.set(cell, revision);
    return true;
  }

  toJSON() {
    return {
      base: Object.fromEntries(this.base),
      known: this.known,
      dirty: Object.fromEntries(this.dirty),
      batch: this.batch,
    };
  }

  /** What an earlier page left: its words, under the revisions that it had seen. */
  adopt({ base, dirty, batch }) {
    for (const [cell, entries] of Object.entries({ ...batch?.cells, ...dirty })) {
      if (!this.dirty.has(cell)) this.dirty.set(cell, entries);
      for (const other of [cell, cell.split("/").slice(0, 2).join("/")]) {
        if (other in base) this.base.set(other, base[other]);
        else this.base.delete(other);
      }
    }
    if (batch && !this.batch) {
      this.batch = batch;
      for (const [cell, entries] of Object.entries(batch.cells)) {
        if (!(cell in dirty) && this.dirty.get(cell) === entries) this.dirty.delete(cell);
      }
    }
  }
}
