/**
 * What each webhook of a group asks of the database again: where it belongs, the state of its list, how much its app has
 * waiting. A group is written in one turn of the event loop (`writer.ts`), and nothing is remembered beyond that. Within it
 * whoever remembers says what an intake changes; any other write, and one that is undone, has all forgotten.
 */
export class TurnMemory {
  readonly #tables: Map<unknown, unknown>[] = [];
  #isInUse = false;
  #isKept = false;

  /** For one kind of value. Each is remembered once `intake` has asked for it. */
  table<Key, Value>(): Remembered<Key, Value> {
    const values = new Map<Key, Value>();
    this.#tables.push(values);
    return {
      recall: (key, find) => {
        const known = this.#isInUse ? values.get(key) : undefined;
        if (known !== undefined) return known;
        const found = find();
        if (this.#isInUse && found !== undefined) values.set(key, found);
        return found;
      },
      change: (key, to) => {
        const known = values.get(key);
        if (known !== undefined) values.set(key, to(known));
      },
      forget: () => values.clear(),
    };
  }

  /** Runs an intake, which remembers what those before it in this turn asked for. */
  intake<Value>(work: () => Value): Value {
    if (!this.#isKept) queueMicrotask(() => this.forget());
    this.#isKept = true;
    this.#isInUse = true;
    try {
      return work();
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      this.#isInUse = false;
    }
  }

  forget(): void {
    for (const values of this.#tables) values.clear();
    this.#isKept = false;
  }
}

/** Values by their keys, as long as the memory lasts. */
export interface Remembered<Key, Value> {
  /** What is remembered, else what `find` finds. */
  recall<Found extends Value | undefined>(key: Key, find: () => Found): Value | Found;
  /** What is remembered changes so. */
  change(key: Key, to: (value: Value) => Value): void;
  forget(): void;
}
