/** What the server hands over to be passed to a provider. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionName } from '../core/ids.ts';

export type PassageKind = 'pass' | 'send';

export interface Passage {
  readonly kind: PassageKind;
  readonly connection: ConnectionName;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where it goes; without a number `rest` is all of the path but the version. */
  readonly place: { readonly version: string | undefined; readonly numberId?: string; readonly rest: string };
  /** As sent, without the question mark. */
  readonly query: string;
  /** The caller's own credential, which must not go out. */
  readonly secret: string;
  /** The body, if it was read; `streams`: it is still to be read. `undefined`: there is none. */
  readonly body: Uint8Array | 'streams' | undefined;
  readonly requestId: string;
  /** Whether the answer is the last on its connection. */
  readonly isLast: boolean;
}

export interface Passed {
  /** What the provider answered; `undefined`: the client went away before. */
  readonly status: number | undefined;
  /** Whether the client got all of the answer. */
  readonly isWhole: boolean;
}

export interface Gateway {
  /**
   * Passes a request to its provider and the answer back. Throws a refusal while nothing is answered yet: `upstream_failed`,
   * `overloaded`, or what is wrong with the body.
   */
  forward(passage: Passage): Promise<Passed>;
}
