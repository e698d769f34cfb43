/** All that is kept of pushing one number's list, as far as a group of requests may touch it. */
import type { PhoneNumberId } from '../../core/ids.ts';
import { idsOf } from '../../core/user.ts';
import { type Target, targetOfUser } from '../changes/push-targets.ts';
import type { PushTables } from '../changes/tables.ts';
import type { Session } from './session.ts';
import { type IntentRow, WorkingIntents } from './working-intents.ts';
import { type PushListRow, WorkingPushLists } from './working-push-lists.ts';
import { type PushRow, WorkingPushRows } from './working-push-rows.ts';
import type { Found, WorkingContext, WorkingTable } from './working-table.ts';
import type { Write } from './write.ts';

/** The list, with one of the intents of users that may be touched; without any, one row whose `intent` is null. */
interface ListRow extends PushListRow {
  readonly intent: Target | null;
}

export class WorkingPushes implements PushTables<PhoneNumberId>, WorkingTable {
  readonly lists: WorkingPushLists;
  readonly rows: WorkingPushRows;
  readonly intents: WorkingIntents;
  readonly #number: string;

  constructor(context: WorkingContext) {
    this.#number = context.line;
    this.lists = new WorkingPushLists(context);
    this.rows = new WorkingPushRows(context, this.lists);
    this.intents = new WorkingIntents(context);
  }

  async load(session: Session, { upstream, needs, people }: Found): Promise<void> {
    if (!upstream) {
      this.lists.load(undefined, undefined);
      return;
    }
    const users = [...needs.flatMap((one) => one.users), ...people.flatMap(idsOf)];
    const targets = [...new Set(users.map(targetOfUser))];
    const [lists, rows] = await Promise.all([
      session.query<ListRow & IntentRow>(listSql, [this.#number, targets]),
      // Each user gives at most one place free, and may have been one of those who wait for one.
      session.query<PushRow & { readonly target: Target }>(rowsSql, [this.#number, targets, 2 * targets.length]),
    ]);
    this.lists.load(lists[0], upstream);
    this.rows.load(
      targets,
      rows.map(({ target, ...row }) => [target, row]),
    );
    this.intents.load(
      targets,
      lists.flatMap(({ intent, through: _through, ...row }) => (intent === null ? [] : [[intent, row] as const])),
    );
  }

  takeWrites(): Write[] {
    // The rows tell the list how many places they take.
    const rows = this.rows.takeWrites();
    return [...rows, ...this.lists.takeWrites(), ...this.intents.takeWrites()];
  }
}

const listSql = {
  name: 'push_list_with_intents',
  text: `SELECT enqueue_through AS through, target AS intent, goal, generation, attempts, due, dialect,
           key_id AS "keyId", request_id AS "requestId", reason, held
    FROM push_list LEFT JOIN push_intent ON push_intent.number = push_list.number AND push_intent.target = ANY($2::text[])
    WHERE push_list.number = $1
    ORDER BY push_intent.generation`,
};

const columns = `target, goal, generation, state, occupies, code, detail, attempts,
  last_attempt_at AS "lastAttemptAt", due`;

const rowsSql = {
  name: 'push_rows',
  text: `SELECT ${columns} FROM push WHERE number = $1 AND target = ANY($2::text[])
    UNION
    SELECT * FROM (
      SELECT ${columns} FROM push
      WHERE number = $1 AND state = 'overflow'
        AND generation > (SELECT enqueue_through FROM push_list WHERE number = $1)
      ORDER BY generation LIMIT $3) AS overflowing`,
};
