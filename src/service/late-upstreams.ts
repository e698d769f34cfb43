import type { ConnectionName } from '../core/ids.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ListChange, ProviderList, Stop, UnknownNumber, Upstreams } from '../core/ports.ts';
import type { PushGoal } from '../core/push.ts';
import type { Provider, Providers } from '../gateway/provider.ts';
import { Later } from './later.ts';

/** What speaks to providers, once it is loaded. */
interface Loaded extends Upstreams, Providers {
  close(): Promise<void>;
}

export interface LateUpstreamsParts {
  readonly load: () => Promise<Loaded>;
  /** Is told of each number that was created, changed or deleted. */
  readonly numberChanged: (number: BusinessNumber) => void;
  /** It could not be loaded for somebody who does not wait for it. */
  readonly failed: (error: unknown) => void;
}

/** Speaks to providers from when there is one: a server without connections does not pay for what it takes. */
export class LateUpstreams implements Upstreams, Providers {
  readonly #parts: LateUpstreamsParts;
  readonly #later: Later<Loaded>;

  constructor(parts: LateUpstreamsParts) {
    this.#parts = parts;
    this.#later = new Later(parts.load);
  }

  /** Loads it, if it is not there yet, so that it pushes what is due. */
  start(): void {
    this.#tell(() => {});
  }

  wake(number: BusinessNumber): void {
    this.#tell((loaded) => loaded.wake(number));
  }

  async agree(number: BusinessNumber, goal: PushGoal, change: ListChange): Promise<readonly Outcome[]> {
    const loaded = await this.#later.get();
    return loaded.agree(number, goal, change);
  }

  async readList(number: BusinessNumber): Promise<ProviderList> {
    const loaded = await this.#later.get();
    return loaded.readList(number);
  }

  connectionChanged(name: ConnectionName): void {
    this.#tell((loaded) => loaded.connectionChanged(name));
  }

  numberChanged(number: BusinessNumber): void {
    this.#parts.numberChanged(number);
    // Of one that never had an upstream nobody has to hear.
    if (number.upstream || this.#later.asked) this.#tell((loaded) => loaded.numberChanged(number));
  }

  stops(): readonly Stop[] {
    return this.#later.made?.stops() ?? [];
  }

  unknownNumbers(): readonly UnknownNumber[] {
    return this.#later.made?.unknownNumbers() ?? [];
  }

  open(name: ConnectionName): Provider | Promise<Provider> {
    return this.#later.made ? this.#later.made.open(name) : this.#openLater(name);
  }

  async #openLater(name: ConnectionName): Promise<Provider> {
    const loaded = await this.#later.get();
    return loaded.open(name);
  }

  async close(): Promise<void> {
    await (await this.#later.ended())?.close();
  }

  #tell(what: (loaded: Loaded) => void): void {
    this.#later.tell(what, this.#parts.failed);
  }
}
