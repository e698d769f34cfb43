/**
 * The rows of numbers as this node last wrote them. Others may have changed them since: what is decided over one is written
 * only if the number still has its stamp.
 */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { NumberStateRow } from './working-states.ts';

/** Those of which something was last done; a row takes some 500 bytes. */
const maxKnown = 10_000;

export class KnownNumbers {
  /** In the order in which they were kept. */
  readonly #rows = new Map<PhoneNumberId, NumberStateRow>();

  get(number: PhoneNumberId): NumberStateRow | undefined {
    return this.#rows.get(number);
  }

  keep(number: PhoneNumberId, row: NumberStateRow): void {
    this.#rows.delete(number);
    this.#rows.set(number, row);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > maxKnown && oldest !== undefined) this.#rows.delete(oldest);
  }

  forget(number: PhoneNumberId): void {
    this.#rows.delete(number);
  }
}
