/** Keeps what is asked for under `push: "wait"`, until the provider has agreed to it or not. */
import { decideBlock, decideUnblock } from '../../core/block-list.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Intended, ListChange } from '../../core/ports.ts';
import type { Push, PushGoal } from '../../core/push.ts';
import { arePushed } from '../../core/rules.ts';
import { block, openList, reword, unblock } from './change-list.ts';
import { releaseHeld } from './held-changes.ts';
import { overrule, targetIn } from './push-changes.ts';
import { type Target, userOfTarget } from './push-targets.ts';
import type { OpenList, Tables } from './tables.ts';

/** A number without an upstream has nobody to wait for: there it is done at once. */
export function intend<List>(tables: Tables<List>, goal: PushGoal, change: ListChange, settleBy: number): Intended {
  const list = openList(tables, change);
  if (!arePushed(list.rules)) {
    const outcomes = (goal === 'block' ? block : unblock)(tables, change);
    return { outcomes, pushes: outcomes.map(() => undefined) };
  }
  const { users, at, reason } = change;
  const plan = goal === 'block' ? decideBlock(list, users, at, reason) : decideUnblock(list, users, at);
  const { outcomes } = plan;
  if (change.held) releaseHeld(tables.webhooks, unchanged(change, outcomes), list);
  // The provider keeps no reasons: these need no agreement.
  reword(tables, change, list, plan.reword, list.seq + 1);
  const seq = overrule(tables.pushes, goal, change, { list, outcomes, seq: list.seq + plan.reword.length });
  const targets = outcomes.map((outcome) => dependsOn(list, outcome));
  const distinct = [...new Set(targets.filter((target) => target !== undefined))];
  const generation = seq + 1;
  tables.pushes.intents.add(list.list, goal, { generation, targets: distinct, change, due: settleBy });
  const last = seq + distinct.length;
  const { count, version } = list;
  if (last !== list.seq) tables.states.saveCounters(change.number, { count, version, seq: last });
  const pushes = new Map(distinct.map((target, index) => [target, toPush(target, goal, generation + index)]));
  return { outcomes, pushes: targets.map((target) => target && pushes.get(target)) };
}

/** The change for those whom it leaves as they are: nothing has to be waited for. */
function unchanged(change: ListChange, outcomes: readonly Outcome[]): ListChange {
  return { ...change, users: change.users.filter((_user, index) => outcomes[index]?.kind === 'was_not_there') };
}

/** Whom the provider has to agree to; nobody, if nothing changes. */
function dependsOn<List>(list: OpenList<List>, outcome: Outcome): Target | undefined {
  return outcome.kind === 'added' || outcome.kind === 'removed' ? targetIn(list, outcome.user) : undefined;
}

function toPush(target: Target, goal: PushGoal, generation: number): Push {
  return { user: userOfTarget(target), goal, generation, attempts: 0, isIntent: true };
}
