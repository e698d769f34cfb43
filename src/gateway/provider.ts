import type { Dispatcher } from 'undici';
import type { ConnectionName } from '../core/ids.ts';
import type { Caller } from '../dialects/dialect.ts';

/** A connection, opened: what it takes to pass a request to its provider. */
export interface Provider {
  readonly name: ConnectionName;
  readonly caller: Pick<Caller, 'path' | 'credential'>;
  readonly token: string;
  /** The connection's own version; null: the provider's. */
  readonly apiVersion: string | null;
  /** How long a request may wait for its turn, in ms. */
  readonly patience: number;
  /**
   * Sends a request; the origin and where it may connect to are the connection's own. Throws the refusal `overloaded` while too
   * many wait.
   */
  dispatch(options: Omit<Dispatcher.DispatchOptions, 'origin'>, handler: Dispatcher.DispatchHandler): void;
}

export interface Providers {
  /** The same provider until its connection changes. Throws the refusal `upstream_failed` if it cannot be opened. */
  open(name: ConnectionName): Provider | Promise<Provider>;
}
