import { everyItem } from '../core/every-item.ts';
import type { PhoneNumberId } from '../core/ids.ts';
import type { BusinessNumber, OnStoreFailure } from '../core/numbers.ts';
import type { Directory, DirectoryQuery } from '../core/ports.ts';

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
    const read = (query: DirectoryQuery<PhoneNumberId>) => this.#directory.numbers(query);
    for await (const number of everyItem(read, ({ id }) => id)) note(policies, number);
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
