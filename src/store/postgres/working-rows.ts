/**
 * Rows of one table that a transaction may change: read before it decides, changed in memory, and written back at once. What
 * was not read before cannot be asked for, so a decision never rests on a row that nobody looked at.
 */

/** What was done, so that it can be undone: a request of a group may be refused while the others go on. */
export class Journal {
  readonly #undo: (() => void)[] = [];

  note(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Where it stands now. */
  get mark(): number {
    return this.#undo.length;
  }

  /** Undoes what was done since. */
  undoTo(mark: number): void {
    for (const undo of this.#undo.splice(mark).reverse()) undo();
  }
}

export interface RowChanges<Key, Row> {
  /** Those that were added, then those that were changed. */
  readonly put: readonly (readonly [Key, Row])[];
  readonly added: readonly (readonly [Key, Row])[];
  readonly changed: readonly (readonly [Key, Row])[];
  readonly deleted: readonly Key[];
}

/** Rows are never changed in place: another one takes their place. */
export class WorkingRows<Key extends string | number, Row> {
  readonly #journal: Journal;
  readonly #name: string;
  /** `undefined`: it is known that there is none. */
  readonly #rows = new Map<Key, Row | undefined>();
  readonly #before = new Map<Key, Row | undefined>();

  constructor(name: string, journal: Journal) {
    this.#name = name;
    this.#journal = journal;
  }

  has(key: Key): boolean {
    return this.#rows.has(key);
  }

  /** Keeps what the database has; a row that was changed here meanwhile stays as it is here. */
  load(key: Key, row: Row | undefined): void {
    if (!this.#rows.has(key)) this.#rows.set(key, row);
  }

  /** Throws for a key that was not loaded. */
  get(key: Key): Row | undefined {
    const row = this.#rows.get(key);
    if (row === undefined && !this.#rows.has(key)) throw new Error(`${this.#name} ${key} was not read`);
    return row;
  }

  put(key: Key, row: Row): void {
    this.#set(key, row);
  }

  delete(key: Key): void {
    this.#set(key, undefined);
  }

  /** What the database has to be told; from then on that is what it has. */
  takeChanges(): RowChanges<Key, Row> {
    const added: (readonly [Key, Row])[] = [];
    const changed: (readonly [Key, Row])[] = [];
    const deleted: Key[] = [];
    for (const [key, before] of this.#before) {
      const row = this.#rows.get(key);
      if (row !== undefined) (before === undefined ? added : changed).push([key, row]);
      else if (before !== undefined) deleted.push(key);
    }
    this.#before.clear();
    return { put: [...added, ...changed], added, changed, deleted };
  }

  #set(key: Key, row: Row | undefined): void {
    const [hadRow, before] = [this.#rows.has(key), this.#rows.get(key)];
    const isFirst = !this.#before.has(key);
    if (isFirst) this.#before.set(key, before);
    this.#rows.set(key, row);
    this.#journal.note(() => {
      if (hadRow) this.#rows.set(key, before);
      else this.#rows.delete(key);
      if (isFirst) this.#before.delete(key);
    });
  }
}
