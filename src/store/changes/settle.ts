/** Keeps what became of pushes. */
import type { AppOwner } from '../../core/apps.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { ListChange } from '../../core/ports.ts';
import type { PushGoal, PushResult, Settlement } from '../../core/push.ts';
import { blockAgreed, unblock } from './change-list.ts';
import { type Target, targetOfUser, userOfTarget } from './push-targets.ts';
import type { Intent, Tables } from './tables.ts';

/** An intent that the provider has carried out. */
interface Agreed {
  readonly goal: PushGoal;
  readonly target: Target;
  readonly intent: Intent;
  /** Whether it was asked for of the list that the provider has now. */
  readonly isLatest: boolean;
}

interface Settling<List> {
  readonly tables: Tables<List>;
  readonly list: List;
  readonly at: number;
}

/** Nothing is kept of a number that is not pushed any more. */
export function settle<List>(
  tables: Tables<List>,
  number: PhoneNumberId,
  settlements: readonly Settlement[],
  at: number,
): readonly AppOwner[] {
  const pushed = tables.pushes.lists.of(number);
  if (!pushed) return [];
  const settling = { tables, list: pushed.list, at };
  const agreed: Agreed[] = [];
  let freed = 0;
  for (const { push, result } of settlements) {
    const target = targetOfUser(push.user);
    const intent = tables.pushes.intents.find(pushed.list, target, push);
    if (!intent) freed += settlePush(settling, target, push, result);
    else if (settleIntent(settling, target, push, result))
      agreed.push({ goal: push.goal, target, intent, isLatest: push.generation > pushed.through });
  }
  for (const group of together(agreed)) freed += carryOut(settling, number, group);
  tables.pushes.rows.release(pushed.list, freed, at);
  const app = agreed.some(({ intent }) => intent.held === 'replay') && tables.webhooks.routes.ofNumber(number)?.app;
  return app ? [app.owner] : [];
}

/** Gives how many places on the provider's list came free. */
function settlePush<List>(
  { tables, list, at }: Settling<List>,
  target: Target,
  push: Settlement['push'],
  result: PushResult,
): number {
  const { rows } = tables.pushes;
  const known = rows.latest(list, target, push);
  if (!known) return 0;
  const code = ('code' in result ? result.code : undefined) ?? null;
  switch (result.kind) {
    case 'done':
      if (push.goal === 'unblock') return rows.confirmRemoval(list, target);
      rows.sync(list, target, at);
      return 0;
    case 'retry':
      rows.retry(list, target, { due: result.at, code, detail: result.detail }, at);
      return 0;
    default:
      rows.halt(list, target, { state: result.kind, code, detail: result.detail }, at);
      return push.goal === 'block' ? known.occupies : 0;
  }
}

/** Whether the provider has carried it out. One that it refused is forgotten: nothing changed for it. */
function settleIntent<List>(
  { tables, list }: Settling<List>,
  target: Target,
  push: Settlement['push'],
  result: PushResult,
): boolean {
  const { intents } = tables.pushes;
  if (result.kind === 'retry') intents.retry(list, target, push.generation, result.at);
  else intents.forget(list, target, push.generation);
  return result.kind === 'done';
}

/** Users whom one request asked for, in the order of their settlements, are one change. */
function together(agreed: readonly Agreed[]): Agreed[][] {
  const groups = new Map<string, Agreed[]>();
  for (const one of agreed) {
    const key = JSON.stringify([one.goal, one.intent]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** From now on it counts, and need not be pushed. Gives how many places on the provider's list came free. */
function carryOut<List>({ tables, list, at }: Settling<List>, number: PhoneNumberId, group: readonly Agreed[]): number {
  const [first] = group;
  if (!first) return 0;
  const { goal, intent } = first;
  const users = group.map(({ target }) => ({ input: target, user: userOfTarget(target) }));
  const change: ListChange = {
    number,
    users,
    at,
    by: intent.by,
    ...(intent.reason !== null && { reason: intent.reason }),
    ...(intent.held && { held: intent.held }),
  };
  const { rows } = tables.pushes;
  if (goal === 'block') blockAgreed(tables, change);
  else unblock(tables, change);
  let freed = 0;
  for (const { target, isLatest } of group) {
    if (!isLatest) continue;
    if (goal === 'block') rows.sync(list, target, at);
    else freed += rows.confirmRemoval(list, target);
  }
  return freed;
}
