import type { FromSchema } from 'json-schema-to-ts';
import { hashSecret, makeKeyId, makeSecret } from '../core/credentials.ts';
import { parseAccountName, parseKeyId, parsePhoneNumberId } from '../core/ids.ts';
import { defaultAccount } from '../core/numbers.ts';
import type { Key } from '../core/ports.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { looks, parseField, toTime } from './fields.ts';
import { readDirectory, renderPage } from './paging.ts';
import { invalid, Problem } from './problem.ts';
import { deleteKey, listKeys, postKey } from './schemas/keys.ts';

export function keyRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.post('/keys', { schema: postKey }, async (request, reply) => {
    const key = toKey(request.body, deps.clock());
    const secret = request.body.secret ?? makeSecret();
    if (request.body.secret !== undefined && (await deps.acceptsAdminKey(secret))) {
      throw invalid({ field: 'secret', detail: 'must not be the admin key.' });
    }
    const added = await directory.addKey(key, hashSecret(secret));
    switch (added.kind) {
      case 'secret_in_use':
        throw await secretInUse(deps, secret);
      case 'unknown_account':
        throw invalid({ field: 'account', detail: 'names no account: create it first.' });
      case 'unknown_numbers': {
        const asked = key.numbers === 'all' ? [] : key.numbers;
        throw invalid(...added.numbers.map((id) => notOfTheAccount(asked.indexOf(id))));
      }
      case 'added':
        reply.code(201);
        return { ...renderKey(key), secret };
    }
  });

  app.get('/keys', { schema: listKeys }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'keys',
      read: (query) => directory.keys(query),
      parseId: parseKeyId,
      idOf: ({ id }) => id,
    });
    return renderPage(deps, request, { ...page, data: page.data.map(renderListedKey) });
  });

  app.delete('/keys/:id', { schema: deleteKey }, async (request, reply) => {
    const id = parseKeyId(request.params.id);
    const revoked = id !== undefined && (await directory.revokeKey(id, deps.clock()));
    if (!revoked) throw new Problem('not-found', 'There is no active key with this id.');
    return reply.code(204).send(null);
  });
}

/** Tells which key it is: to whoever holds the admin key that is no secret, and they may want to delete it. */
async function secretInUse({ store }: AdminDeps, secret: string): Promise<Problem> {
  const holder = await store.directory.keyBySecret(hashSecret(secret));
  const detail = holder ? `The key ${holder.id} has this secret.` : 'Another key has this secret.';
  return new Problem('conflict', detail, { reason: 'secret_in_use' });
}

function notOfTheAccount(index: number) {
  return { field: `numbers/${index}`, detail: 'is no number of the key’s account.' };
}

function toKey(body: FromSchema<typeof postKey.body>, at: number): Key {
  const { name, account, numbers, expires_at: expiresAt } = body;
  const known = numbers === 'all' ? numbers : numbers.map(toNumberId);
  return {
    id: makeKeyId(),
    name,
    account: parseField('account', account ?? defaultAccount, parseAccountName, looks.account),
    numbers: known,
    createdAt: at,
    expiresAt: expiresAt ? Date.parse(expiresAt) : null,
    revokedAt: null,
  };
}

function toNumberId(text: string, index: number) {
  return parseField(`numbers/${index}`, text, parsePhoneNumberId, looks.phoneNumberId);
}

function renderKey(key: Key) {
  return {
    id: key.id,
    name: key.name,
    account: key.account,
    numbers: key.numbers === 'all' ? key.numbers : [...key.numbers],
    created_at: toTime(key.createdAt),
    expires_at: key.expiresAt === null ? null : toTime(key.expiresAt),
  };
}

function renderListedKey(key: Key) {
  return { ...renderKey(key), revoked_at: key.revokedAt === null ? null : toTime(key.revokedAt) };
}
