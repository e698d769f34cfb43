/** The keys. A secret is there as its hash only. */
import type { AccountName, KeyId, PhoneNumberId, SecretHash } from '../../core/ids.ts';
import type { DirectoryPage, DirectoryQuery, Key, KeyAdded } from '../../core/ports.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import { hasAccount } from './accounts.ts';
import type { Session } from './session.ts';

interface KeyRow {
  readonly id: KeyId;
  readonly account: AccountName;
  readonly name: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  /** null: all of the account. */
  readonly numbers: PhoneNumberId[] | null;
}

const columns = `id, account, name, created_at, expires_at, revoked_at,
  CASE WHEN NOT all_numbers THEN ARRAY (
    SELECT number FROM key_number
    WHERE key_number.account = api_key.account AND key_number.key = api_key.id ORDER BY number) END AS numbers`;

const insert = {
  name: 'add_key',
  text: `INSERT INTO api_key (id, account, name, secret_hash, all_numbers, created_at, expires_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (secret_hash) WHERE revoked_at IS NULL DO NOTHING`,
};
const insertNumbers = {
  name: 'add_key_numbers',
  text: 'INSERT INTO key_number (account, key, number) SELECT $1, $2, unnest($3::text[]) ON CONFLICT DO NOTHING',
};
// They stay until the key has them.
const shareNumbers = {
  name: 'share_numbers',
  text: 'SELECT id FROM business_number WHERE id = ANY ($1::text[]) AND account = $2 FOR SHARE',
};
const active = {
  name: 'active_key',
  text: 'SELECT 1 AS one FROM api_key WHERE secret_hash = $1 AND revoked_at IS NULL',
};
const bySecrets = {
  name: 'keys_by_secrets',
  text: `SELECT key.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (hash, place)
         LEFT JOIN LATERAL (
           (SELECT ${columns}, 0 AS rank FROM api_key WHERE secret_hash = asked.hash AND revoked_at IS NULL)
           UNION ALL
           (SELECT ${columns}, 1 AS rank FROM api_key WHERE secret_hash = asked.hash AND revoked_at IS NOT NULL
            ORDER BY revoked_at DESC LIMIT 1)
           ORDER BY rank LIMIT 1) AS key ON true
         ORDER BY place`,
};
const page = { name: 'keys', text: `SELECT ${columns} FROM api_key WHERE id > $1 ORDER BY id LIMIT $2` };
const revoke = {
  name: 'revoke_key',
  text: 'UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL',
};

export async function addKey(session: Session, key: Key, secretHash: SecretHash): Promise<KeyAdded> {
  const { id, account, name, createdAt, expiresAt, revokedAt } = key;
  if (!(await hasAccount(session, account))) return { kind: 'unknown_account' };
  const numbers = key.numbers === 'all' ? [] : key.numbers;
  const found = await session.query<{ readonly id: PhoneNumberId }>(shareNumbers, [numbers, account]);
  const known = new Set(found.map((row) => row.id));
  const unknown = numbers.filter((number) => !known.has(number));
  if (unknown.length > 0) return { kind: 'unknown_numbers', numbers: unknown };
  if ((await session.query(active, [secretHash])).length > 0) return { kind: 'secret_in_use' };
  const values = [id, account, name, secretHash, key.numbers === 'all', createdAt, expiresAt, revokedAt];
  if ((await session.run(insert, values)) === 0) return { kind: 'secret_in_use' };
  await session.run(insertNumbers, [account, id, numbers]);
  return { kind: 'added' };
}

/** Of each secret the active key, else the one revoked last. Many ask with the same one. */
export async function readKeysBySecrets(session: Session, hashes: readonly SecretHash[]): Promise<(Key | undefined)[]> {
  const asked = [...new Set(hashes)];
  const rows = await session.query<KeyRow | NoKey>(bySecrets, [asked]);
  const keys = new Map(rows.map((row, index) => [asked[index], row.id === null ? undefined : toKey(row)]));
  return hashes.map((hash) => keys.get(hash));
}

interface NoKey {
  readonly id: null;
}

export async function readKeys(session: Session, { after, limit }: DirectoryQuery<KeyId>): Promise<DirectoryPage<Key>> {
  return toDirectoryPage(await session.query<KeyRow>(page, [after ?? '', limit + 1]), limit, toKey);
}

/** False: no active key has this id. */
export async function revokeKey(session: Session, id: KeyId, at: number): Promise<boolean> {
  return (await session.run(revoke, [at, id])) === 1;
}

function toKey(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    account: row.account,
    numbers: row.numbers ?? 'all',
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
