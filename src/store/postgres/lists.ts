/** The lists, for who asks. */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockEvent, BlockLists, EventPage, ListChange } from '../../core/ports.ts';
import type { Sync } from '../../core/push.ts';
import { idsOf, isUserId, type UserId } from '../../core/user.ts';
import { block, unblock } from '../changes/change-list.ts';
import { type EventRow, unfold } from '../changes/event-rows.ts';
import { targetsOf } from '../changes/push-changes.ts';
import { receive } from '../changes/receive-message.ts';
import { Checks } from './check.ts';
import { Checkpoints } from './checkpoints.ts';
import { readHead } from './entries.ts';
import { eventColumns } from './event-rows.ts';
import { findPerson } from './find-person.ts';
import type { Writes } from './groups.ts';
import { readIdsForward } from './listed-ids.ts';
import { readIds, readPage } from './read-page.ts';
import type { Session, Sessions } from './session.ts';
import type { ReadSyncs } from './syncs-port.ts';
import type { Needs } from './working-table.ts';

export interface ListsParts {
  readonly syncs: ReadSyncs;
  readonly sessions: Sessions;
  readonly writes: Writes;
}

export function createLists({ sessions, writes, syncs }: ListsParts): BlockLists {
  const checks = new Checks(sessions, syncs);
  const checkpoints = new Checkpoints();
  return {
    block: (change, lease) =>
      writes.run(change.number, {
        lease,
        cost: change.users.length,
        needs: needsOf(change),
        plain: 'of strangers',
        decide: (tables) => block(tables, change),
      }),
    unblock: (change) =>
      writes.run(change.number, {
        cost: change.users.length,
        needs: needsOf(change),
        ...(!change.held && { plain: 'of anybody' }),
        decide: (tables) => unblock(tables, change),
      }),
    receive: (message) =>
      writes.run(message.number, {
        cost: 1,
        needs: { at: message.at, users: idsOf(message.sender) },
        decide: (tables) => receive(tables, message),
      }),
    page: (number, request) =>
      sessions.snapshot((session) => readPage({ session, checkpoints, syncs }, number, request)),
    pageOfIds: (number, request) => {
      const { position, limit } = request;
      const isForward = position.kind === 'after' || position.kind === 'start';
      if (isForward) return sessions.read((session) => readIdsForward(session, number, position, limit));
      return sessions.snapshot((session) => readIds({ session, checkpoints, syncs }, number, request));
    },
    isBlocked: (number, user) => checks.isBlocked(number, user),
    check: (number, user) => checks.check(number, user),
    removal: (number, user) => sessions.snapshot((session) => removalOf(session, syncs, number, user)),
    events: (number, after, limit) => sessions.read((session) => readEvents(session, number, after, limit)),
  };
}

/** What a change of a list may touch. */
export function needsOf({ at, users, held }: ListChange): Needs {
  return {
    at,
    users: users.map(({ user }) => user).filter((user) => isUserId(user)),
    ...(held && { held }),
  };
}

async function removalOf(
  session: Session,
  syncs: ReadSyncs,
  number: PhoneNumberId,
  user: UserId,
): Promise<Sync | undefined> {
  const head = await readHead(session, number);
  if (!head) throw new Refusal({ kind: 'number_not_found', asked: number });
  if (!head.isPushed) return undefined;
  const match = await findPerson(session, number, user);
  if (match?.person.blockedSeq !== undefined) return undefined;
  return syncs.removal(session, number, targetsOf({ find: () => match }, user));
}

/** Up to so many rows of the log of a number that is or once was there; one without any if the log tells no more. */
const readLog = {
  name: 'log_of_number',
  text: `SELECT event.* FROM number_state LEFT JOIN LATERAL (
           SELECT ${eventColumns} FROM block_event
           WHERE number = $1 AND last_seq > $2 ORDER BY last_seq LIMIT $3) AS event ON true
         WHERE number_state.number = $1 ORDER BY last_seq`,
};

interface NoEvent {
  readonly last_seq: null;
}

/** A page may begin and end in the middle of a row. */
async function readEvents(session: Session, number: PhoneNumberId, after: number, limit: number): Promise<EventPage> {
  // Each row tells of one user at least: so many hold the page and one event more.
  const rows = await session.query<EventRow | NoEvent>(readLog, [number, after, limit + 1]);
  if (rows.length === 0) throw new Refusal({ kind: 'number_not_found', asked: number });
  const events: BlockEvent[] = [];
  for (const row of rows) {
    if (row.last_seq === null) break;
    for (const event of unfold(row, after)) {
      if (events.length === limit) return { events, hasMore: true };
      events.push(event);
    }
  }
  return { events, hasMore: false };
}
