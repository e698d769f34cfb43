import type { ListedPage } from '../../core/list-blocked.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { Result, WireRequest } from '../dialect.ts';
import { toUserLists, type UserLists } from './users.ts';

export type ChangeResult = Extract<Result, { kind: 'block' | 'unblock' }>;

/** A body that tells what became of each user, and the status that goes with it. */
export interface ChangeAnswer {
  readonly status: number;
  readonly lists: UserLists;
  readonly body: {
    readonly messaging_product: 'whatsapp';
    readonly block_users: Readonly<Record<string, unknown>>;
    readonly error?: { readonly code: number; readonly message: string };
  };
}

/**
 * `failed_users` is left out when nobody failed and the list of the others when everybody did; any failure adds the
 * error 139100 and the number's status for it.
 */
export function toChangeAnswer(result: ChangeResult, requestId: string): ChangeAnswer {
  const lists = toUserLists(result.outcomes);
  const { done, failed } = lists;
  const name = result.kind === 'block' ? 'added_users' : 'removed_users';
  const blockUsers = {
    ...((done.length > 0 || failed.length === 0) && { [name]: done }),
    ...(failed.length > 0 && { failed_users: failed }),
  };
  if (failed.length === 0) {
    return { status: 200, lists, body: { messaging_product: 'whatsapp', block_users: blockUsers } };
  }
  const error = {
    message: '(#139100) Failed to block/unblock users',
    type: 'OAuthException',
    code: 139100,
    error_data: { details: `Failed to ${result.kind} some users, see the block_users response list for details` },
    fbtrace_id: requestId,
  };
  const body = { messaging_product: 'whatsapp', block_users: blockUsers, error } as const;
  return { status: result.number.rules.partialFailureStatus, lists, body };
}

/** A row of the list: what is not known of the user is left out. */
export function toRow(entry: BlockEntry): { messaging_product: 'whatsapp'; wa_id?: string; user_id?: string } {
  return {
    messaging_product: 'whatsapp',
    ...(entry.waId !== undefined && { wa_id: entry.waId }),
    ...(entry.userId !== undefined && { user_id: entry.userId }),
  };
}

/** `{"data":[]}` for an empty page; else the rows, their cursors, and links to the neighbours that exist. */
export function toListBody(page: ListedPage, request: WireRequest, row: (entry: BlockEntry) => object): object {
  const { cursors } = page;
  if (!cursors) return { data: [] };
  const link = (name: 'after' | 'before') => linkTo(request, page.limit, name, cursors[name]);
  return {
    data: page.entries.map(row),
    paging: {
      cursors,
      ...(page.hasAfter && { next: link('after') }),
      ...(page.hasBefore && { previous: link('before') }),
    },
  };
}

/** The list's own address with this cursor: what else the query held stays, but for credentials. */
function linkTo(request: WireRequest, limit: number, name: 'after' | 'before', cursor: string): string {
  const query = new URLSearchParams(request.query);
  for (const gone of ['access_token', 'appsecret_proof', 'method', 'limit', 'after', 'before']) query.delete(gone);
  query.set('limit', String(limit));
  query.set(name, cursor);
  return `${request.baseUrl}${request.path}?${query}`;
}
