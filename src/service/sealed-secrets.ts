import { ConfigError } from '../config/config.ts';
import { type App, type AppOwner, placeOfApp } from '../core/apps.ts';
import { secretNames } from '../core/connections.ts';
import { everyItem } from '../core/every-item.ts';
import type { AccountName, ConnectionName, PhoneNumberId, SealedSecret } from '../core/ids.ts';
import type { Clock, Directory, DirectoryQuery } from '../core/ports.ts';
import { SealError, type Sealer } from '../core/sealing.ts';

export interface SealedSecretsDeps {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/**
 * Opens every stored secret once, and seals anew what was not sealed by the first key, so that the others can be given up.
 * Gives how many connections there are; throws a ConfigError if a secret cannot be opened.
 */
export async function checkSealedSecrets({ directory, sealer, clock }: SealedSecretsDeps): Promise<number> {
  let connections = 0;
  for await (const { name, secrets } of everyItem(
    (query: DirectoryQuery<ConnectionName>) => directory.connections(query),
    (one) => one.name,
  )) {
    connections += 1;
    const places = { whose: `connection ${name}`, placeOf: (secret: string) => `${name}/${secret}` };
    const renewed = renew(sealer, secrets, secretNames, places);
    if (renewed) await directory.putConnection(name, { secrets: renewed }, clock());
  }
  for await (const { id, app } of everyItem(
    (query: DirectoryQuery<PhoneNumberId>) => directory.numbers(query),
    (one) => one.id,
  )) {
    const renewed = renewApp(sealer, { kind: 'number', number: id }, app);
    if (renewed) await directory.putNumber(id, { app: renewed }, clock());
  }
  for await (const { name, app } of everyItem(
    (query: DirectoryQuery<AccountName>) => directory.accounts(query),
    (one) => one.name,
  )) {
    const renewed = renewApp(sealer, { kind: 'account', account: name }, app);
    if (renewed) await directory.changeAccountApp(name, renewed);
  }
  return connections;
}

type Renewed<Name extends string> = Partial<Record<Name, SealedSecret>>;

function renewApp(sealer: Sealer, owner: AppOwner, app: App | null): Renewed<'secret' | 'headers'> | undefined {
  if (!app) return undefined;
  const whose = `app of the ${owner.kind === 'number' ? `number ${owner.number}` : `account ${owner.account}`}`;
  return renew(sealer, app, ['secret', 'headers'], { whose, placeOf: (name) => placeOfApp(owner, name) });
}

/** What has to be kept anew; `undefined`: nothing. */
function renew<Name extends string>(
  sealer: Sealer,
  secrets: Renewed<Name>,
  names: readonly Name[],
  { whose, placeOf }: { readonly whose: string; readonly placeOf: (name: Name) => string },
): Renewed<Name> | undefined {
  const renewed: Renewed<Name> = {};
  for (const name of names) {
    const sealed = secrets[name];
    if (sealed === undefined) continue;
    const secret = open(sealer, sealed, placeOf(name), whose);
    if (!sealer.isCurrent(sealed)) renewed[name] = sealer.seal(secret, placeOf(name));
  }
  return Object.keys(renewed).length > 0 ? renewed : undefined;
}

function open(sealer: Sealer, sealed: SealedSecret, place: string, whose: string): string {
  try {
    return sealer.open(sealed, place);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const why = sealer.canSeal ? 'holds no key that opens' : 'is not set, and is needed for';
    throw new ConfigError([
      `GATEHOUSE_SECRET_KEY ${why} the stored secrets of the ${whose}: give the key that they were sealed with`,
    ]);
  }
}
