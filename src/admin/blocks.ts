import type { FastifyRequest } from 'fastify';
import type { AppOwner } from '../core/apps.ts';
import { changeUsers } from '../core/block-users.ts';
import type { PhoneNumberId } from '../core/ids.ts';
import { listBlocked } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import { isRefused, type Outcome, type Refused, type UserRefusal } from '../core/outcome.ts';
import type { PushGoal } from '../core/push.ts';
import { isUserId, parseUser, type UserId } from '../core/user.ts';
import { usersRefused } from '../observe/events.ts';
import { readState, renderEntry, stopOf } from './block-state.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, parseKnownNumber, toTime } from './fields.ts';
import { findNumber } from './numbers.ts';
import { limitOf, renderPage } from './paging.ts';
import { invalid, Problem } from './problem.ts';
import { deleteBlock, getBlock, listBlocks, listHeld, putBlock } from './schemas/blocks.ts';

const blocks = '/numbers/:phone_number_id/blocks';

export function blockRoutes(app: AdminApp, deps: AdminDeps): void {
  const { lists, installation, webhooks } = deps.store;

  app.get(blocks, { schema: listBlocks }, async (request) => {
    const number = await findNumber(deps, request.params.phone_number_id);
    const { after } = request.query;
    // Support pages through a list that others change: whatever the number's own paging, its cursors stay.
    const reader = { lists, cursorSecret: installation.cursorSecret, number, paging: 'stable' } as const;
    const page = await listBlocked(reader, { limit: limitOf(request.query), ...(after !== undefined && { after }) });
    const stop = stopOf(deps, number);
    const data = page.entries.map((entry) => renderEntry(entry, stop));
    return renderPage(deps, request, { ...page, data, cursors: page.cursors });
  });

  app.get(`${blocks}/:user`, { schema: getBlock }, async (request) => {
    const { id, user } = parseBlock(request.params);
    return readState(deps, id, user);
  });

  app.put(`${blocks}/:user`, { schema: putBlock }, async (request, reply) => {
    const { id, user } = parseBlock(request.params);
    const outcome = await changeOne(deps, 'block', request);
    reply.code(outcome?.kind === 'added' ? 201 : 200);
    return readState(deps, id, user);
  });

  app.delete(`${blocks}/:user`, { schema: deleteBlock }, async (request) => {
    const outcome = await changeOne(deps, 'unblock', request);
    if (request.body.held === 'replay') await wakeApp(deps, request.params.phone_number_id);
    return { blocked: false as const, removed: outcome?.kind === 'removed' };
  });

  app.get(`${blocks}/:user/held`, { schema: listHeld }, async (request) => {
    const { id, user } = parseBlock(request.params);
    const held = await webhooks.held(id, user, limitOf(request.query));
    return { data: held.map(({ at, ...message }) => ({ ...message, at: toTime(at) })) };
  });
}

/** There is something for the app that a number's webhooks go on to. */
async function wakeApp({ store, forwarding }: AdminDeps, text: string): Promise<void> {
  const number = await store.directory.number(parseKnownNumber(text));
  if (number) forwarding.wake(appOwnerOf(number));
}

function appOwnerOf({ id, account, app }: BusinessNumber): AppOwner {
  return app ? { kind: 'number', number: id } : { kind: 'account', account };
}

interface BlockParams {
  readonly phone_number_id: string;
  readonly user: string;
}

function parseBlock(params: BlockParams): { readonly id: PhoneNumberId; readonly user: UserId } {
  return { id: parseKnownNumber(params.phone_number_id), user: toUser(params.user) };
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

type ChangeRequest = FastifyRequest & {
  readonly params: BlockParams;
  readonly body: { readonly reason?: string | null; readonly held?: 'replay' | 'delete' };
};

/** What became of the one user of a change; throws if that is a refusal. */
async function changeOne(deps: AdminDeps, goal: PushGoal, request: ChangeRequest): Promise<Outcome | undefined> {
  const { user } = parseBlock(request.params);
  const { reason, held } = request.body;
  const number = await findNumber(deps, request.params.phone_number_id);
  const [outcome] = await changeUsers({ lists: deps.store.lists, pushing: deps.upstreams }, number, goal, {
    users: [{ input: request.params.user, user }],
    by: actorOf(request),
    at: deps.clock(),
    ...(reason !== undefined && { reason }),
    ...(held !== undefined && { held }),
  });
  if (!outcome || !isRefused(outcome)) return outcome;
  usersRefused(deps.metrics, [outcome]);
  throw new Problem('conflict', sentenceOf(outcome), { reason: outcome.why });
}

const refusals: Readonly<Record<UserRefusal, string>> = {
  not_a_user: 'This is no user.',
  parent_user_id: 'A parent user id can be neither blocked nor unblocked.',
  self: 'The number cannot block itself.',
  business: 'This user is a business number hosted here, which the number’s rules do not let it block.',
  window: 'This user has not written to the number within the last 24 hours, as the number’s rules ask.',
  capacity: 'The list is full: it holds as many users as the number’s rules allow.',
  provider: 'The provider refused.',
  unsettled: 'The provider did not answer in time; what it did is being found out, and nothing counts before.',
};

function sentenceOf({ why, told }: Refused): string {
  if (!told) return refusals[why];
  const { code, message, details } = told;
  return `The provider refused with ${code} (${message})${details === '' ? '.' : `: ${details}`}`;
}
