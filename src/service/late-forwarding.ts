import type { AppOwner } from '../core/apps.ts';
import type { Forwarding } from '../core/ports.ts';
import { Later } from './later.ts';

/** What passes webhooks on, once it is loaded. */
interface Loaded extends Forwarding {
  close(): Promise<void>;
}

export interface LateForwardingParts {
  readonly load: () => Promise<Loaded>;
  /** It could not be loaded; the next who asks tries again. */
  readonly failed: (error: unknown) => void;
}

/** Passes webhooks on from when there is one: a server without apps does not pay for what it takes. */
export class LateForwarding implements Forwarding {
  readonly #parts: LateForwardingParts;
  readonly #later: Later<Loaded>;

  constructor(parts: LateForwardingParts) {
    this.#parts = parts;
    this.#later = new Later(parts.load);
  }

  /** Loads it, if it is not there yet, so that it passes on what waits. */
  start(): void {
    this.#tell(() => {});
  }

  wake(owner: AppOwner): void {
    this.#tell((loaded) => loaded.wake(owner));
  }

  appChanged(owner: AppOwner): void {
    // Before that nobody remembers anything of the app.
    if (this.#later.asked) this.#tell((loaded) => loaded.appChanged(owner));
  }

  async close(): Promise<void> {
    await (await this.#later.ended())?.close();
  }

  #tell(what: (loaded: Loaded) => void): void {
    this.#later.tell(what, this.#parts.failed);
  }
}
