import type { FastifyRequest } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import type { Connection, ConnectionPatch, SecretName } from '../core/connections.ts';
import { type ConnectionName, parseAccountName, parseConnectionName, type SealedSecret } from '../core/ids.ts';
import { defaultAccount } from '../core/numbers.ts';
import type { Stop } from '../core/ports.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { looks, orList, parseField, toTime } from './fields.ts';
import { parseOrigin } from './origin.ts';
import { readDirectory, renderPage } from './paging.ts';
import { invalid, Problem } from './problem.ts';
import { deleteConnection, getConnection, listConnections, putConnection } from './schemas/connections.ts';
import { unsealable } from './secrets.ts';

export function connectionRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.put('/connections/:name', { schema: putConnection }, async (request, reply) => {
    const name = parseField('name', request.params.name, parseConnectionName, looks.connection);
    const put = await directory.putConnection(name, toPatch(deps, name, request.body), deps.clock());
    switch (put.kind) {
      case 'incomplete':
        throw invalid(...put.missing.map((field) => ({ field, detail: 'is required for a new connection.' })));
      case 'unknown_account':
        throw invalid({ field: 'account', detail: 'names no account: create it first.' });
      case 'in_use':
        throw inUse('it cannot go to another account.');
      case 'created':
      case 'changed':
        deps.upstreams.connectionChanged(name);
        reply.code(put.kind === 'created' ? 201 : 200);
        return renderConnection(deps, request, put.connection);
    }
  });

  app.get('/connections', { schema: listConnections }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'connections',
      read: (query) => directory.connections(query),
      parseId: parseConnectionName,
      idOf: ({ name }) => name,
    });
    return renderPage(deps, request, { ...page, data: page.data.map((one) => renderConnection(deps, request, one)) });
  });

  app.get('/connections/:name', { schema: getConnection }, async (request) => {
    const connection = await directory.connection(parseKnownConnection(request.params.name));
    if (!connection) throw notThere();
    return renderConnection(deps, request, connection);
  });

  app.delete('/connections/:name', { schema: deleteConnection }, async (request, reply) => {
    const name = parseKnownConnection(request.params.name);
    const result = await directory.deleteConnection(name);
    if (result === 'not_found') throw notThere();
    if (result === 'in_use') throw inUse('take it away from them first.');
    deps.upstreams.connectionChanged(name);
    return reply.code(204).send(null);
  });
}

/** The name of a connection that must be there already: what cannot be a name is not found either. */
function parseKnownConnection(text: string): ConnectionName {
  const name = parseConnectionName(text);
  if (name === undefined) throw notThere();
  return name;
}

function notThere(): Problem {
  return new Problem('not-found', 'There is no connection with this name.');
}

function inUse(consequence: string): Problem {
  return new Problem('conflict', `Numbers use this connection: ${consequence}`, { reason: 'in_use' });
}

type ConnectionChange = FromSchema<typeof putConnection.body>;

function toPatch(deps: AdminDeps, name: ConnectionName, change: ConnectionChange): ConnectionPatch {
  const { provider, origin, api_version: apiVersion, account, webhook_header: header } = change;
  if (provider !== undefined && !deps.providers.includes(provider))
    throw invalid({ field: 'provider', detail: `must be ${orList(deps.providers)}.` });
  return {
    secrets: sealSecrets(deps, name, change),
    ...(provider !== undefined && { provider }),
    ...(origin !== undefined && { origin: origin === null ? null : parseOrigin(deps, origin) }),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(header !== undefined && { webhookHeaderName: header === null ? null : header.name.toLowerCase() }),
    ...(account !== undefined && {
      account: account === null ? defaultAccount : parseField('account', account, parseAccountName, looks.account),
    }),
  };
}

/** The secrets by the API's words for them. */
const secretFields = {
  token: 'token',
  app_secret: 'appSecret',
  verify_token: 'verifyToken',
  webhook_secret: 'webhookSecret',
  webhook_header: 'webhookHeader',
} as const satisfies Partial<Record<keyof ConnectionChange, SecretName>>;
type SecretField = keyof typeof secretFields;
const fieldNames = Object.keys(secretFields) as SecretField[];

function sealSecrets({ sealer }: AdminDeps, name: ConnectionName, change: ConnectionChange) {
  const given = fieldNames.flatMap((field) => {
    const value = field === 'webhook_header' ? headerValue(change) : change[field];
    return value === undefined ? [] : [{ field, value }];
  });
  const secret = given.filter(({ value }) => value !== null);
  if (secret.length > 0 && !sealer.canSeal) throw unsealable(secret.map(({ field }) => field));
  const sealed = given.map(({ field, value }): [SecretName, SealedSecret | null] => {
    const secretName = secretFields[field];
    return [secretName, value === null ? null : sealer.seal(value, `${name}/${secretName}`)];
  });
  return Object.fromEntries(sealed) as ConnectionPatch['secrets'];
}

function headerValue({ webhook_header: header }: ConnectionChange): string | null | undefined {
  return header ? header.value : header;
}

function renderConnection(deps: AdminDeps, request: FastifyRequest, connection: Connection) {
  const { name, provider, origin, apiVersion, account, webhookHeaderName, secrets, createdAt } = connection;
  const stop = deps.upstreams.stops().find((one) => one.connection === name);
  return {
    name,
    provider,
    origin,
    api_version: apiVersion,
    account,
    webhook_url: deps.canProve(connection) ? `${deps.baseUrlOf(request)}/webhooks/${name}` : null,
    webhook_header: webhookHeaderName === null ? null : { name: webhookHeaderName },
    secrets: fieldNames.filter((field) => secrets[secretFields[field]] !== undefined),
    stopped: stop ? renderStop(stop) : null,
    created_at: toTime(createdAt),
  };
}

function renderStop({ code, detail, at }: Stop) {
  return { code, detail, at: toTime(at) };
}
