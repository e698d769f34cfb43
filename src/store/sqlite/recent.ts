/**
 * Values by their ids, up to about `capacity` of them: those that were asked for lately. They are kept in two halves, of
 * which the older one is dropped when the younger is full; what is asked for moves to the younger.
 */
export class Recent<Id, Value extends object> {
  readonly #capacity: number;
  #young = new Map<Id, Value>();
  #old = new Map<Id, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(id: Id): Value | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(id, old);
    return old;
  }

  set(id: Id, value: Value): void {
    if (this.#young.size >= this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
