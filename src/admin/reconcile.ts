import type { BusinessNumber } from '../core/numbers.ts';
import type { ReconcileJob } from '../core/ports.ts';
import type { Difference, ReconcileAnswer, ReconcilePlan } from '../core/reconcile.ts';
import { renderIds } from './block-state.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, toTime } from './fields.ts';
import { findNumber } from './numbers.ts';
import { invalid, Problem } from './problem.ts';
import { getReconcile, mostShown, postReconcile } from './schemas/reconcile.ts';

const path = '/numbers/:phone_number_id/reconcile';

export function reconcileRoutes(app: AdminApp, deps: AdminDeps): void {
  const { reconciling } = deps;

  app.post(path, { schema: postReconcile }, async (request) => {
    const { apply = false, prefer, confirm = false } = request.body;
    if (apply && !prefer) throw invalid({ field: 'prefer', detail: 'is required with apply: ours or theirs.' });
    const number = await findPushed(deps, request.params.phone_number_id);
    const answer = await reconciling.reconcile({
      number,
      isConfirmed: confirm,
      by: actorOf(request),
      apply,
      ...(prefer && { prefer }),
    });
    if (answer === 'running') {
      const detail = 'The number is being reconciled. Wait for its job to end.';
      throw new Problem('conflict', detail, { reason: 'running' });
    }
    return renderAnswer(answer);
  });

  app.get(path, { schema: getReconcile }, async (request) => {
    const { id } = await findNumber(deps, request.params.phone_number_id);
    const job = await reconciling.last(id);
    return { job: job ? renderJob(job) : null };
  });
}

async function findPushed(deps: AdminDeps, text: string): Promise<BusinessNumber> {
  const number = await findNumber(deps, text);
  if (number.upstream) return number;
  const detail = 'The number has no upstream: there is nothing to compare its list with.';
  throw new Problem('conflict', detail, { reason: 'no_upstream' });
}

const notes = {
  incomplete: 'The provider’s list could not be read to its end: who is missing there is not known.',
  empty: 'The provider lists nobody. As this may be a mistake, nobody is removed for it.',
} as const;

function renderAnswer({ plan, sizes, confirmRequired, job }: ReconcileAnswer) {
  const { add, remove, conflicts, keptBecause } = plan;
  return {
    plan: renderPlan(plan),
    counts: {
      add: add.length,
      remove: remove.length,
      conflicts: conflicts.length,
      listed_here: sizes.ours,
      listed_there: sizes.theirs,
    },
    ...(keptBecause && { note: notes[keptBecause] }),
    applied: job !== undefined,
    confirm_required: confirmRequired,
    ...(job && { job: renderJob(job) }),
  };
}

function renderPlan({ add, remove, conflicts }: ReconcilePlan) {
  return { add: renderSome(add), remove: renderSome(remove), conflicts: renderSome(conflicts) };
}

function renderSome(differences: readonly Difference[]) {
  return differences.slice(0, mostShown).map(({ user, reason }) => ({ user: renderIds(user), reason }));
}

function renderJob({ id, state, done, total, prefer, startedAt, endedAt }: ReconcileJob) {
  return {
    id,
    state,
    prefer,
    done,
    total,
    started_at: toTime(startedAt),
    ...(endedAt !== undefined && { ended_at: toTime(endedAt) }),
  };
}
