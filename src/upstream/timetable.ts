import type { Clock } from '../core/ports.ts';

/** Longer waits than a timer takes, in ms, are waited for in parts. */
const longestTimer = 2 ** 31 - 1;

interface Entry {
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Calls again by the clock: once for each name, at the earliest time that was asked for. It keeps no process alive. */
export class Timetable<Name> {
  readonly #clock: Clock;
  readonly #call: (name: Name) => void;
  readonly #entries = new Map<Name, Entry>();

  constructor(clock: Clock, call: (name: Name) => void) {
    this.#clock = clock;
    this.#call = call;
  }

  /** `at` is in ms since the epoch. */
  add(name: Name, at: number): void {
    const known = this.#entries.get(name);
    if (known && known.at <= at) return;
    this.remove(name);
    this.#arm(name, at);
  }

  has(name: Name): boolean {
    return this.#entries.has(name);
  }

  remove(name: Name): void {
    clearTimeout(this.#entries.get(name)?.timer);
    this.#entries.delete(name);
  }

  clear(): void {
    for (const name of [...this.#entries.keys()]) this.remove(name);
  }

  #arm(name: Name, at: number): void {
    const delay = Math.min(Math.max(at - this.#clock(), 0), longestTimer);
    const timer = setTimeout(() => this.#ring(name, at), delay).unref();
    this.#entries.set(name, { at, timer });
  }

  /** A timer and the clock may be of two minds. */
  #ring(name: Name, at: number): void {
    this.#entries.delete(name);
    if (this.#clock() < at) {
      this.#arm(name, at);
      return;
    }
    this.#call(name);
  }
}
