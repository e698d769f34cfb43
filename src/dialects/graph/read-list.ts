/** What a provider's answer to a list says. */
import { parseBsuid, parseWaId } from '../../core/ids.ts';
import type { KnownIds } from '../../core/user.ts';
import type { ListReading, OutwardAnswer } from '../dialect.ts';
import { failureOf } from './failure.ts';
import { bodyOf, errorOf, type JsonObject, objectOf } from './provider-error.ts';

export function readList(answer: OutwardAnswer): ListReading {
  const body = bodyOf(answer);
  const error = body && errorOf(body);
  if (error?.code === 139102) return { kind: 'changed' };
  if (!body || error || answer.status < 200 || answer.status >= 300)
    return { kind: 'failed', failure: failureOf(answer, body) };
  const { data } = body;
  const rows = Array.isArray(data) ? data.map(usersOf) : [undefined];
  if (rows.includes(undefined)) {
    return {
      kind: 'failed',
      failure: { kind: 'broken', told: { details: 'The provider’s list is in no form that is known' } },
    };
  }
  const after = objectOf(objectOf(body['paging'])?.['cursors'])?.['after'];
  // An empty page is the last, whatever cursor comes with it.
  const hasNext = rows.length > 0 && typeof after === 'string' && after !== '';
  return { kind: 'page', users: rows.flatMap((users) => users ?? []), ...(hasNext && { after }) };
}

/**
 * Meta's row, or 360dialog's, which is documented as a list of users; one that is both tells the same twice. Ids of a kind
 * that is not known here name nobody. undefined: it is no row.
 */
function usersOf(row: unknown): readonly KnownIds[] | undefined {
  const told = objectOf(row);
  if (!told) return undefined;
  if (hasIds(told)) return toIds(told);
  const nested = told['block_users'];
  if (!Array.isArray(nested)) return undefined;
  const items = nested.map(objectOf);
  if (!items.every((item) => item !== undefined && (hasIds(item) || typeof item['input'] === 'string')))
    return undefined;
  return items.flatMap((item) => toIds(item ?? {}));
}

function hasIds({ wa_id: waId, user_id: userId }: JsonObject): boolean {
  return typeof waId === 'string' || typeof userId === 'string';
}

function toIds({ wa_id: phone, user_id: bsuid, input }: JsonObject): readonly KnownIds[] {
  const waId = parsed(parseWaId, phone) ?? parsed(parseWaId, input);
  const userId = parsed(parseBsuid, bsuid) ?? parsed(parseBsuid, input);
  if (waId === undefined && userId === undefined) return [];
  return [{ ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) }];
}

function parsed<Id>(parse: (text: string) => Id | undefined, value: unknown): Id | undefined {
  return typeof value === 'string' ? parse(value) : undefined;
}
