/** What the server hands over of a provider's webhooks. */
import type { ConnectionName } from '../../core/ids.ts';
import type { Taken } from '../../core/ports.ts';
import type { WireRequest } from '../../dialects/dialect.ts';

/** Where the webhooks of one connection come in. */
export interface Entrance {
  readonly connection: ConnectionName;
  /** The provider's name. */
  readonly provider: string;
  /** Answers a verification request, whose query is given without the question mark; `undefined`: it is refused. */
  challenge(query: string): string | undefined;
  /**
   * Takes a POST in; `undefined`: nothing proves that it is the provider's. Resolves when it is on disk. Refuses what cannot be
   * read (`invalid_body`), and what the store cannot take now.
   */
  take(post: Pick<WireRequest, 'headers' | 'body' | 'requestId'>): Promise<Taken | undefined>;
}

export interface WebhookDesk {
  /** `unknown`: there is no such connection. `unprovable`: it holds nothing that a webhook could be proved with. */
  find(name: string): Promise<Entrance | 'unknown' | 'unprovable'>;
}
