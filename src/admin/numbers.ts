import type { FromSchema } from 'json-schema-to-ts';
import { Refusal } from '../core/errors.ts';
import { parseAccountName, parsePhoneNumberId, parseWaId } from '../core/ids.ts';
import { type BusinessNumber, defaultAccount, type NumberPatch } from '../core/numbers.ts';
import type { Preset, Rules } from '../core/rules.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, looks, parseField, parseKnownNumber, toTime } from './fields.ts';
import { readDirectory, renderPage } from './paging.ts';
import { invalid } from './problem.ts';
import { deleteNumber, getNumber, listNumbers, putNumber } from './schemas/numbers.ts';

export function numberRoutes(app: AdminApp, deps: AdminDeps): void {
  const { directory } = deps.store;

  app.put('/numbers/:phone_number_id', { schema: putNumber }, async (request, reply) => {
    const text = request.params.phone_number_id;
    const id = parseField('phone_number_id', text, parsePhoneNumberId, looks.phoneNumberId);
    const put = await directory.putNumber(id, toPatch(request.body), deps.clock());
    switch (put.kind) {
      case 'no_display_phone_number':
        throw invalid({ field: 'display_phone_number', detail: 'is required for a new number.' });
      case 'unknown_account':
        throw invalid({ field: 'account', detail: 'names no account: create it first.' });
      case 'created':
      case 'changed':
        reply.code(put.kind === 'created' ? 201 : 200);
        return renderNumber(put.number);
    }
  });

  app.get('/numbers', { schema: listNumbers }, async (request) => {
    const page = await readDirectory(deps, request.query, {
      list: 'numbers',
      read: (query) => directory.numbers(query),
      parseId: parsePhoneNumberId,
      idOf: ({ id }) => id,
    });
    return renderPage(deps, request, { ...page, data: page.data.map(renderNumber) });
  });

  app.get('/numbers/:phone_number_id', { schema: getNumber }, async (request) => {
    const number = await findNumber(deps, request.params.phone_number_id);
    return { ...renderNumber(number), blocked_users: await directory.blockedCount(number.id) };
  });

  app.delete('/numbers/:phone_number_id', { schema: deleteNumber }, async (request, reply) => {
    const id = parseKnownNumber(request.params.phone_number_id);
    if (request.query.confirm !== id) {
      throw invalid({ field: 'confirm', detail: 'must be the id of the number, to delete it with its block list.' });
    }
    const deleted = await directory.deleteNumber(id, actorOf(request), deps.clock());
    if (!deleted) throw new Refusal({ kind: 'number_not_found', asked: id });
    return reply.code(204).send(null);
  });
}

/** The number that a path names. */
export async function findNumber(deps: AdminDeps, text: string): Promise<BusinessNumber> {
  const number = await deps.store.directory.number(parseKnownNumber(text));
  if (!number) throw new Refusal({ kind: 'number_not_found', asked: text });
  return number;
}

type NumberChange = FromSchema<typeof putNumber.body>;

function toPatch({ display_phone_number: phone, name, account, rules }: NumberChange): NumberPatch {
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
    ...(rules !== undefined && { rules: toRules(rules) }),
  };
}

function toRules(change: NonNullable<NumberChange['rules']> | null): Preset | Partial<Rules> {
  if (change === null) return 'open';
  if (typeof change === 'string') return change;
  const { partial_failure_status: partialFailureStatus, ...others } = change;
  return { ...others, ...(partialFailureStatus !== undefined && { partialFailureStatus }) };
}

function renderNumber(number: BusinessNumber) {
  const { partialFailureStatus, ...others } = number.rules;
  return {
    phone_number_id: number.id,
    display_phone_number: number.displayPhoneNumber,
    name: number.name,
    account: number.account,
    rules: { ...others, partial_failure_status: partialFailureStatus },
    created_at: toTime(number.createdAt),
  };
}
