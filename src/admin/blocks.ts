import type { FastifyRequest } from 'fastify';
import { blockUsers, unblockUsers } from '../core/block-users.ts';
import { listBlocked } from '../core/list-blocked.ts';
import { isRefused, type Outcome, type UserRefusal } from '../core/outcome.ts';
import type { BlockEntry, Check, ListChange } from '../core/ports.ts';
import { isUserId, type KnownIds, parseUser, type UserId } from '../core/user.ts';
import { usersRefused } from '../observe/events.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, parseKnownNumber, toTime } from './fields.ts';
import { findNumber } from './numbers.ts';
import { limitOf, renderPage } from './paging.ts';
import { invalid, Problem } from './problem.ts';
import { deleteBlock, getBlock, listBlocks, putBlock } from './schemas/blocks.ts';

const blocks = '/numbers/:phone_number_id/blocks';

export function blockRoutes(app: AdminApp, deps: AdminDeps): void {
  const { lists, installation } = deps.store;

  app.get(blocks, { schema: listBlocks }, async (request) => {
    const number = await findNumber(deps, request.params.phone_number_id);
    const { after } = request.query;
    // Support pages through a list that others change: whatever the number's own paging, its cursors stay.
    const reader = { lists, cursorSecret: installation.cursorSecret, number, paging: 'stable' } as const;
    const page = await listBlocked(reader, { limit: limitOf(request.query), ...(after !== undefined && { after }) });
    return renderPage(deps, request, { ...page, data: page.entries.map(renderEntry), cursors: page.cursors });
  });

  app.get(`${blocks}/:user`, { schema: getBlock }, async (request) => {
    const number = parseKnownNumber(request.params.phone_number_id);
    return renderState(await lists.check(number, toUser(request.params.user)));
  });

  app.put(`${blocks}/:user`, { schema: putBlock }, async (request, reply) => {
    const change = toChange(deps, request, request.params, request.body.reason);
    const outcome = only(deps, await blockUsers(lists, change.list));
    reply.code(outcome?.kind === 'added' ? 201 : 200);
    return renderState(await lists.check(change.list.number, change.user));
  });

  app.delete(`${blocks}/:user`, { schema: deleteBlock }, async (request) => {
    const change = toChange(deps, request, request.params, request.body.reason);
    const outcome = only(deps, await unblockUsers(lists, change.list));
    return { blocked: false as const, removed: outcome?.kind === 'removed' };
  });
}

/** The ids of a user as the API shows them. */
export function renderIds({ waId, userId }: KnownIds) {
  return { ...(waId !== undefined && { wa_id: waId }), ...(userId !== undefined && { user_id: userId }) };
}

/** Who changed a list, through what and under which request, as the API shows it. */
export function renderOrigin({ by, reason }: Pick<BlockEntry, 'by' | 'reason'>) {
  return {
    dialect: by.dialect,
    key_id: by.keyId,
    request_id: by.requestId,
    ...(reason !== undefined && { reason }),
  };
}

function renderEntry(entry: BlockEntry) {
  return { user: renderIds(entry), blocked_at: toTime(entry.blockedAt), ...renderOrigin(entry) };
}

export function renderState(check: Check | undefined) {
  return check ? { blocked: true, matched_by: check.matchedBy, entry: renderEntry(check.entry) } : { blocked: false };
}

export function toUser(text: string): UserId {
  const user = parseUser(text);
  if (isUserId(user)) return user;
  const detail =
    user.kind === 'parent_user_id'
      ? 'is a parent user id, which can be neither blocked nor unblocked.'
      : 'must be a phone number with its country code, a wa_id or a user id (BSUID).';
  throw invalid({ field: 'user', detail });
}

interface Change {
  readonly user: UserId;
  readonly list: ListChange;
}

function toChange(
  deps: AdminDeps,
  request: FastifyRequest,
  params: { readonly phone_number_id: string; readonly user: string },
  reason: string | null | undefined,
): Change {
  const number = parseKnownNumber(params.phone_number_id);
  const user = toUser(params.user);
  const users = [{ input: params.user, user }];
  const list = { number, users, by: actorOf(request), at: deps.clock(), ...(reason !== undefined && { reason }) };
  return { user, list };
}

const refusals: Readonly<Record<UserRefusal, string>> = {
  not_a_user: 'This is no user.',
  parent_user_id: 'A parent user id can be neither blocked nor unblocked.',
  self: 'The number cannot block itself.',
  business: 'This user is a business number hosted here, which the number’s rules do not let it block.',
  window: 'This user has not written to the number within the last 24 hours, as the number’s rules ask.',
  capacity: 'The list is full: it holds as many users as the number’s rules allow.',
};

/** What became of the one user of a change; throws if that is a refusal. */
function only({ metrics }: AdminDeps, outcomes: readonly Outcome[]): Outcome | undefined {
  usersRefused(metrics, outcomes);
  const [outcome] = outcomes;
  if (outcome && isRefused(outcome)) throw new Problem('conflict', refusals[outcome.why], { reason: outcome.why });
  return outcome;
}
