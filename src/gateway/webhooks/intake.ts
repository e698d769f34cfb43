/** Takes in what providers post: proved on its bytes, taken apart, and on disk before it is answered. */
import type { Connection, SecretName } from '../../core/connections.ts';
import { parseConnectionName, type SealedSecret } from '../../core/ids.ts';
import type { Clock, Forwarding, Pushing, Store, Taken } from '../../core/ports.ts';
import type { WebhookProof, WebhookSecrets } from '../../dialects/dialect.ts';
import { challengeIn } from './challenge.ts';
import type { Entrance, WebhookDesk } from './desk.ts';
import { readWebhook } from './read.ts';

export interface IntakeDeps {
  readonly store: Pick<Store, 'directory' | 'webhooks'>;
  /** How a provider proves what it posts, by its name. */
  proofOf(provider: string): WebhookProof | undefined;
  /** Opens the secrets of connections. */
  readonly sealer: { open(sealed: SealedSecret, place: string): string };
  readonly clock: Clock;
  /** Hears of what is there for apps. */
  readonly forwarding: Pick<Forwarding, 'wake'>;
  /** Hears of blocks that a message lets be pushed. */
  readonly pushing: Pick<Pushing, 'wake'>;
  /** Something went wrong for which no provider waits. */
  readonly failed: (error: unknown) => void;
}

type Found = Entrance | 'unprovable';

export function createDesk(deps: IntakeDeps): WebhookDesk {
  // The directory gives the same connection until it changes.
  const known = new WeakMap<Connection, Found>();
  return {
    async find(name) {
      const parsed = parseConnectionName(name);
      const connection = parsed && (await deps.store.directory.connection(parsed));
      if (!connection) return 'unknown';
      const found = known.get(connection) ?? open(deps, connection);
      known.set(connection, found);
      return found;
    },
  };
}

function open(deps: IntakeDeps, connection: Connection): Found {
  const proof = deps.proofOf(connection.provider);
  const secret = (name: SecretName) => {
    const sealed = connection.secrets[name];
    return sealed && deps.sealer.open(sealed, `${connection.name}/${name}`);
  };
  const secrets = secretsOf(connection, secret);
  if (!proof?.canProve(secrets)) return 'unprovable';
  const verifyToken = secret('verifyToken');
  return {
    connection: connection.name,
    provider: connection.provider,
    challenge: (query) => (verifyToken === undefined ? undefined : challengeIn(query, verifyToken)),
    async take({ headers, body, requestId }) {
      if (!proof.proves({ headers, body }, secrets)) return undefined;
      const by = { dialect: connection.provider, keyId: null, requestId };
      const from = { kind: 'connection', connection: connection.name } as const;
      const taken = await deps.store.webhooks.takeIn({ from, webhook: readWebhook(body), by, at: deps.clock() });
      void wake(deps, taken);
      return taken;
    },
  };
}

function secretsOf(
  { webhookHeaderName }: Connection,
  secret: (name: SecretName) => string | undefined,
): WebhookSecrets {
  const [appSecret, webhookSecret, value] = [secret('appSecret'), secret('webhookSecret'), secret('webhookHeader')];
  return {
    ...(appSecret !== undefined && { appSecret }),
    ...(webhookSecret !== undefined && { webhookSecret }),
    ...(webhookHeaderName !== null &&
      value !== undefined && { webhookHeader: { name: webhookHeaderName.toLowerCase(), value } }),
  };
}

/** Never throws. */
async function wake({ store, forwarding, pushing, failed }: IntakeDeps, { apps, opened }: Taken): Promise<void> {
  for (const owner of apps) forwarding.wake(owner);
  try {
    for (const id of opened) {
      const number = await store.directory.number(id);
      if (number) pushing.wake(number);
    }
  } catch (error) {
    failed(error);
  }
}
