/** What is to be said to providers, for who says it. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { ListedChange, Pushes } from '../../core/ports.ts';
import { idsOf } from '../../core/user.ts';
import { adopt, ask } from '../changes/adopt-listed.ts';
import { intend } from '../changes/intend.ts';
import { settle } from '../changes/settle.ts';
import type { Writes } from './groups.ts';
import { needsOf } from './lists.ts';
import { beginAgain, endImport, enqueue, followConnection } from './push-lists.ts';
import { readDue, readImporting, readImports, readNextPushes, readRemovals, readSyncCounts } from './push-reads.ts';
import type { Sessions } from './session.ts';
import type { Needs } from './working-table.ts';

export interface PushesParts {
  readonly sessions: Sessions;
  readonly writes: Writes;
}

/** What became of pushes: to refuse it would have them repeated. */
const own = { cost: 1, isOwn: true };

export function createPushes({ sessions, writes }: PushesParts): Pushes {
  /** Reads what is of the list that the provider has now. `behind`: it has to follow its connection first. */
  async function current<Value>(
    number: PhoneNumberId,
    at: number,
    read: () => Promise<Value | 'behind'>,
  ): Promise<Value> {
    for (;;) {
      const value = await read();
      if (value !== 'behind') return value;
      await writes.runAlone(number, own, (session) => followConnection(session, number, at));
    }
  }

  return {
    due: (connection) => sessions.read((session) => readDue(session, connection)),
    next: (number, at, limit) =>
      current(number, at, () => sessions.read((session) => readNextPushes(session, number, at, limit))),
    enqueue: (number, at, limit, lease) =>
      writes.runAlone(number, { cost: limit, isOwn: true, lease }, async (session) => {
        await beginAgain(session, number, at);
        return enqueue(session, number, at, limit);
      }),
    settle: (number, settlements, at, lease) =>
      writes.run(number, {
        cost: settlements.length,
        isOwn: true,
        lease,
        // What an intent asked for may let held messages go.
        needs: { at, users: settlements.map(({ push }) => push.user), held: 'replay' },
        decide: (tables) => settle(tables, number, settlements, at),
      }),
    intend: (goal, change, settleBy, lease) =>
      writes.run(change.number, {
        lease,
        cost: change.users.length,
        needs: needsOf(change),
        decide: (tables) => intend(tables, goal, change, settleBy),
      }),
    adopt: (goal, change, lease) =>
      writes.run(change.number, {
        lease,
        cost: change.users.length,
        needs: needsOfListed(change),
        decide: (tables) => adopt(tables, goal, change),
      }),
    ask: (goal, change, lease) =>
      writes.run(change.number, {
        lease,
        cost: change.users.length,
        needs: needsOfListed(change),
        decide: (tables) => ask(tables, goal, change),
      }),
    removals: (number) => sessions.read((session) => readRemovals(session, number)),
    imports: (connection) => sessions.read((session) => readImports(session, connection)),
    importing: (number) => current(number, 0, () => sessions.read((session) => readImporting(session, number))),
    imported: (number, asOf, lease) =>
      writes.runAlone(number, { ...own, lease }, (session) => endImport(session, number, asOf)),
    counts: () => sessions.read(readSyncCounts),
  };
}

function needsOfListed({ at, users, asOf }: ListedChange): Needs {
  return { at, users: users.flatMap(idsOf), logAfter: asOf };
}
