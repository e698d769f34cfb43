import type { FastifyRequest } from 'fastify';
import type { FromSchema } from 'json-schema-to-ts';
import { Refusal } from '../core/errors.ts';
import {
  type PhoneNumberId,
  parseAccountName,
  parseConnectionName,
  parsePhoneNumberId,
  parseWaId,
} from '../core/ids.ts';
import { type BusinessNumber, defaultAccount, type NumberPatch } from '../core/numbers.ts';
import { noAppUrl, renderApp, toAppPatch } from './app.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, looks, parseField, parseKnownNumber, toTime } from './fields.ts';
import { readDirectory, renderPage } from './paging.ts';
import { invalid } from './problem.ts';
import { renderRules, toRules, unfitRules } from './rules.ts';
import { deleteNumber, getNumber, listNumbers, putNumber } from './schemas/numbers.ts';

export function numberRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.put('/numbers/:phone_number_id', { schema: putNumber }, async (request, reply) => {
    const text = request.params.phone_number_id;
    const id = parseField('phone_number_id', text, parsePhoneNumberId, looks.phoneNumberId);
    const patch = toPatch(deps, id, request.body);
    if (patch.upstream) {
      await refuseItself(deps, request, id, patch.upstream);
      await refuseTaken(deps, id, patch.upstream);
    }
    const put = await directory.putNumber(id, patch, deps.clock());
    switch (put.kind) {
      case 'no_display_phone_number':
        throw invalid({ field: 'display_phone_number', detail: 'is required for a new number.' });
      case 'no_app_url':
        throw noAppUrl();
      case 'unknown_account':
        throw invalid({ field: 'account', detail: 'names no account: create it first.' });
      case 'unknown_connection':
        throw invalid({
          field: 'upstream/connection',
          detail: 'names no connection of the number’s account: create it first.',
        });
      case 'rules_do_not_fit':
        throw unfitRules(put);
      case 'created':
      case 'changed':
        deps.upstreams.numberChanged(put.number);
        if (request.body.app !== undefined) deps.forwarding.appChanged({ kind: 'number', number: id });
        reply.code(put.kind === 'created' ? 201 : 200);
        return renderNumber(deps, put.number);
    }
  });

  app.get('/numbers', { schema: listNumbers }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'numbers',
      read: (query) => directory.numbers(query),
      parseId: parsePhoneNumberId,
      idOf: ({ id }) => id,
    });
    return renderPage(deps, request, { ...page, data: page.data.map((one) => renderNumber(deps, one)) });
  });

  app.get('/numbers/:phone_number_id', { schema: getNumber }, async (request) => {
    const number = await findNumber(deps, request.params.phone_number_id);
    const blocked = await directory.blockedCount(number.id);
    return { ...renderNumber(deps, number), upstream_fault: faultOf(deps, number), blocked_users: blocked };
  });

  app.delete('/numbers/:phone_number_id', { schema: deleteNumber }, async (request, reply) => {
    const { phone_number_id: text } = request.params;
    if (request.query.confirm !== parseKnownNumber(text)) {
      throw invalid({ field: 'confirm', detail: 'must be the id of the number, to delete it with its block list.' });
    }
    const number = await findNumber(deps, text);
    const deleted = await directory.deleteNumber(number.id, actorOf(request), deps.clock());
    if (!deleted) throw new Refusal({ kind: 'number_not_found', asked: text });
    deps.upstreams.numberChanged(number);
    deps.forwarding.appChanged({ kind: 'number', number: number.id });
    return reply.code(204).send(null);
  });
}

/** Why nothing of the number can be pushed although its connection works. */
function faultOf({ upstreams }: AdminDeps, { id }: BusinessNumber) {
  const unknown = upstreams.unknownNumbers().find(({ number }) => number === id);
  return unknown ? { code: unknown.code, detail: unknown.detail, at: toTime(unknown.at) } : null;
}

/** The number that a path names. */
export async function findNumber(deps: AdminDeps, text: string): Promise<BusinessNumber> {
  const number = await deps.store.directory.number(parseKnownNumber(text));
  if (!number) throw new Refusal({ kind: 'number_not_found', asked: text });
  return number;
}

type NumberChange = FromSchema<typeof putNumber.body>;

function toPatch(deps: AdminDeps, id: PhoneNumberId, change: NumberChange): NumberPatch {
  const { display_phone_number: phone, name, account, upstream, rules, on_store_failure: onStoreFailure } = change;
  const app = toAppPatch(deps, { kind: 'number', number: id }, change.app);
  return {
    ...(phone !== undefined && {
      phone: {
        displayPhoneNumber: phone,
        waId: parseField('display_phone_number', phone, parseWaId, looks.phone),
      },
    }),
    ...(name !== undefined && { name }),
    ...(account !== undefined && {
      account: account === null ? defaultAccount : parseField('account', account, parseAccountName, looks.account),
    }),
    ...(upstream !== undefined && { upstream: upstream && toUpstream(upstream) }),
    ...(rules !== undefined && { rules: toRules(rules) }),
    ...(onStoreFailure !== undefined && { onStoreFailure }),
    ...(app !== undefined && { app }),
  };
}

function toUpstream({ connection, number_id: numberId }: NonNullable<NumberChange['upstream']>) {
  return {
    connection: parseField('upstream/connection', connection, parseConnectionName, looks.connection),
    ...(numberId !== undefined && {
      numberId: parseField('upstream/number_id', numberId, parsePhoneNumberId, looks.phoneNumberId),
    }),
  };
}

/** What such a number sends would come back to it again and again. */
async function refuseItself(
  deps: AdminDeps,
  request: FastifyRequest,
  id: PhoneNumberId,
  { connection: name, numberId = id }: NonNullable<NumberPatch['upstream']>,
): Promise<void> {
  const connection = await deps.store.directory.connection(name);
  if (numberId !== id || !connection?.origin || connection.origin !== URL.parse(deps.baseUrlOf(request))?.origin)
    return;
  throw invalid({
    field: 'upstream/number_id',
    detail: 'must be another one: the connection leads back to this server.',
  });
}

/** The provider has one list for it, and its webhooks are about one number: two that are pushed there would undo each other. */
async function refuseTaken(
  { store }: AdminDeps,
  id: PhoneNumberId,
  { connection, numberId = id }: NonNullable<NumberPatch['upstream']>,
): Promise<void> {
  const other = await store.directory.numberKnownAs(connection, numberId);
  if (!other || other.id === id) return;
  throw invalid({ field: 'upstream/number_id', detail: `must be another one: it is that of the number ${other.id}.` });
}

function renderNumber(deps: AdminDeps, number: BusinessNumber) {
  const { upstream } = number;
  return {
    phone_number_id: number.id,
    display_phone_number: number.displayPhoneNumber,
    name: number.name,
    account: number.account,
    upstream: upstream && { connection: upstream.connection, number_id: upstream.numberId },
    rules: renderRules(number.rules),
    on_store_failure: number.onStoreFailure,
    app: renderApp(deps, { kind: 'number', number: number.id }, number.app),
    created_at: toTime(number.createdAt),
  };
}
