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
