import { ConfigError } from './config/config.ts';
import type { Connection, SecretName } from './core/connections.ts';
import type { ConnectionName, SealedSecret } from './core/ids.ts';
import type { Clock, Directory } from './core/ports.ts';
import { SealError, type Sealer } from './core/sealing.ts';

export interface SealedSecretsDeps {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** Connections read at once. */
const pageSize = 100;

/**
 * Opens every stored secret once, and seals anew what was not sealed by the first key, so that the others can be given up.
 * Gives how many connections there are; throws a ConfigError if a secret cannot be opened.
 */
export async function checkSealedSecrets(deps: SealedSecretsDeps): Promise<number> {
  let count = 0;
  let after: ConnectionName | undefined;
  for (let hasMore = true; hasMore; ) {
    const page = await deps.directory.connections({ limit: pageSize, ...(after !== undefined && { after }) });
    for (const connection of page.items) await sealAnew(deps, connection);
    count += page.items.length;
    after = page.items.at(-1)?.name;
    hasMore = page.hasMore;
  }
  return count;
}

async function sealAnew({ directory, sealer, clock }: SealedSecretsDeps, { name, secrets }: Connection): Promise<void> {
  const all = Object.entries(secrets) as [SecretName, SealedSecret][];
  const old = all.flatMap(([secretName, sealed]) => {
    const place = `${name}/${secretName}`;
    const secret = open(sealer, sealed, place);
    return sealer.isCurrent(sealed) ? [] : [[secretName, sealer.seal(secret, place)] as const];
  });
  if (old.length > 0) await directory.putConnection(name, { secrets: Object.fromEntries(old) }, clock());
}

function open(sealer: Sealer, sealed: SealedSecret, place: string): string {
  try {
    return sealer.open(sealed, place);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const name = place.slice(0, place.lastIndexOf('/'));
    const why = sealer.canSeal ? 'holds no key that opens' : 'is not set, and is needed for';
    throw new ConfigError([
      `GATEHOUSE_SECRET_KEY ${why} the stored secrets of the connection ${name}: give the key that they were sealed with`,
    ]);
  }
}
