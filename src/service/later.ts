/** A value that is made when it is first asked for. A making that failed is tried again by the next who asks. */
export class Later<Value extends object> {
  readonly #make: () => Promise<Value>;
  /** Under way, or done. */
  asked: Promise<Value> | undefined;
  /** Once it is there. */
  made: Value | undefined;

  constructor(make: () => Promise<Value>) {
    this.#make = make;
  }

  /** Without a wait once it is there. */
  get(): Value | Promise<Value> {
    if (this.made) return this.made;
    this.asked ??= this.#begin();
    return this.asked;
  }

  /** Tells it something, once it is there; `failed` hears if it cannot be made. */
  tell(what: (value: Value) => void, failed: (error: unknown) => void): void {
    if (this.made) what(this.made);
    else Promise.resolve(this.get()).then(what).catch(failed);
  }

  /** What was made, or is about to be. Who asked in vain was told; there is nothing then. */
  async ended(): Promise<Value | undefined> {
    await this.asked?.catch(() => {});
    return this.made;
  }

  async #begin(): Promise<Value> {
    try {
      this.made = await this.#make();
      return this.made;
    } catch (error) {
      this.asked = undefined;
      throw error;
    }
  }
}
