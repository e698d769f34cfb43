import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Gatehouse, ReconcileAnswer, ReconcileJob } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { plain } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';

interface ReconcileOptions extends SessionOptions {
  readonly apply?: 'ours' | 'theirs';
  readonly confirm?: boolean;
}

/** Between two looks at a job, in ms. */
const lookEvery = 500;

/** `numbers reconcile`: a list and its provider's are compared, and made one. */
export function addReconcile(numbers: Command, session: Session): void {
  const command = numbers
    .command('reconcile')
    .description('Compare a number’s list with its provider’s, and make them one')
    .argument('<number>', 'the phone_number_id')
    .addOption(new Option('--apply <whose>', 'do it: whose list is right').choices(['ours', 'theirs']))
    .option('--confirm', 'also if many users would be unblocked');
  talks(command).action(async (number: string, { apply, confirm = false, ...options }: ReconcileOptions) => {
    const { gatehouse, output } = session.begin(options);
    const answer = await gatehouse.numbers.reconcile(number, apply ? { apply: true, prefer: apply, confirm } : {});
    await output.line(answer, plain(describe(answer)));
    if (apply && !answer.applied) {
      const text = 'Many users would be unblocked, so nothing was done. Add --confirm to do it.';
      throw new CommandError(text, exitCodes.usage);
    }
    if (!answer.job) return;
    const job = await endOf(gatehouse, number, answer.job);
    if (job.state !== 'done') throw new CommandError('It could not be done wholly. Try again.', exitCodes.failed);
    await output.line(job, `${job.done} users are done.`);
  });
}

/** A job that another one has replaced, or that ended with its server, is told as it was last seen. */
async function endOf(gatehouse: Gatehouse, number: string, begun: ReconcileJob): Promise<ReconcileJob> {
  let job = begun;
  while (job.state === 'running') {
    await delay(lookEvery);
    const last = await gatehouse.numbers.lastReconcile(number);
    if (last?.id !== begun.id) return { ...job, state: 'failed' };
    job = last;
  }
  return job;
}

function describe({ plan, counts, note }: ReconcileAnswer): string {
  const lines = (sign: string, differences: ReconcileAnswer['plan']['add']) =>
    differences.map(({ user, reason }) => `${sign} ${user.wa_id ?? user.user_id}: ${reason}`);
  return [
    ...lines('+', plan.add),
    ...lines('-', plan.remove),
    ...lines('?', plan.conflicts),
    `${counts.add} listed there only, ${counts.remove} there no more, ${counts.conflicts} in conflict`,
    ...(note === undefined ? [] : [note]),
  ].join('\n');
}
