/**
 * What a message gives the provider to be told: it knows users by the ids that were known here, and a message may show others
 * or that two known users are one. The provider joins their ids by itself, so one row is left for a user, under the id that
 * the list now shows.
 */
import type { MessagePlan, Person } from '../../core/block-list.ts';
import type { PushGoal } from '../../core/push.ts';
import { type Target, targetOf } from './push-targets.ts';
import type { Tables } from './tables.ts';

export interface Moving<List> {
  readonly list: List;
  readonly at: number;
  /** Of what has to be said anew. */
  readonly generation: number;
}

export interface Moved {
  /** The last sequence number that the list then has. */
  readonly seq: number;
  /** There is something to push at once. */
  readonly isDue: boolean;
}

export function pushMessage<List>(tables: Tables<List>, moving: Moving<List>, plan: MessagePlan, after: Person): Moved {
  const { writer, absorb, leave } = plan;
  let isAsked = false;
  let isFreed = false;
  if (leave && leave.waId === after.waId && leave.userId !== undefined) {
    const goal = leave.blockedSeq === undefined ? 'unblock' : 'block';
    isAsked = move(tables, moving, goal, [targetOf(leave)], leave.userId);
  }
  const known = [writer, absorb].filter((person) => person !== undefined).map(targetOf);
  const goal = plan.blockedSeq === undefined ? 'unblock' : 'block';
  const to = targetOf(after);
  if (goal === 'block' && known[0] === to) isFreed = forget(tables, moving, known.slice(1));
  else if (known.some((target) => target !== to)) isAsked = move(tables, moving, goal, known, to) || isAsked;
  const isOpened = goal === 'block' && tables.pushes.rows.wrote(moving.list, to, moving.at);
  return { seq: isAsked ? moving.generation : plan.next.seq, isDue: isAsked || isFreed || isOpened };
}

/** One row instead of those of `from`; none, if nobody is to be told of the user. Whether something is asked for. */
function move<List>(
  tables: Tables<List>,
  moving: Moving<List>,
  goal: PushGoal,
  from: readonly Target[],
  to: Target,
): boolean {
  const { list, at, generation } = moving;
  const { rows } = tables.pushes;
  const others = [...new Set(from)]
    .filter((target) => target !== to)
    .flatMap((target) => rows.take(list, target) ?? []);
  if (goal === 'unblock' && others.length === 0) return false;
  const gone = [...others, rows.take(list, to)];
  const places = gone.reduce((sum, row) => sum + (row?.occupies ?? 0), 0);
  rows.ask(list, { target: to, goal, generation, mayBeThere: places > 0 }, at);
  rows.release(list, places - 1, at);
  return true;
}

/** The rows of somebody who is another one, whose row stays. Whether a place came free. */
function forget<List>(
  { pushes: { rows } }: Tables<List>,
  { list, at }: Moving<List>,
  targets: readonly Target[],
): boolean {
  const places = targets.reduce((sum, target) => sum + (rows.take(list, target)?.occupies ?? 0), 0);
  rows.release(list, places, at);
  return places > 0;
}
