import type { PhoneNumberId } from '../core/ids.ts';
import type { BusinessNumber, OnStoreFailure } from '../core/numbers.ts';
import type { Directory } from '../core/ports.ts';

/** Numbers read at once. */
const pageSize = 1000;

/** What numbers with an upstream send while no list can be read: it is told just then, so it is known before. */
export class SendPolicies {
  readonly #directory: Directory;
  #policies = new Map<PhoneNumberId, OnStoreFailure>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Of how many numbers sends are refused, and of how many they pass. */
  get counts(): { readonly refused: number; readonly passed: number } {
    let passed = 0;
    for (const policy of this.#policies.values()) if (policy === 'pass') passed += 1;
    return { refused: this.#policies.size - passed, passed };
  }

  /** Reads all numbers. */
  async load(): Promise<void> {
    const policies = new Map<PhoneNumberId, OnStoreFailure>();
    let after: PhoneNumberId | undefined;
    for (let hasMore = true; hasMore; ) {
      const page = await this.#directory.numbers({ limit: pageSize, ...(after !== undefined && { after }) });
      for (const number of page.items) note(policies, number);
      after = page.items.at(-1)?.id;
      hasMore = page.hasMore;
    }
    this.#policies = policies;
  }

  /** Reads a number that was created, changed or deleted. */
  async refresh(id: PhoneNumberId): Promise<void> {
    const number = await this.#directory.number(id);
    if (number) note(this.#policies, number);
    else this.#policies.delete(id);
  }
}

function note(policies: Map<PhoneNumberId, OnStoreFailure>, { id, upstream, onStoreFailure }: BusinessNumber): void {
  if (upstream) policies.set(id, onStoreFailure);
  else policies.delete(id);
}
