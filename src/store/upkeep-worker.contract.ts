/**
 * A process that dies while it backs up, restores or moves: `node upkeep-worker.contract.ts backup|restore|migrate FROM TO STEP
 * DONE` kills itself when it is told that so much of the step is done.
 */
import { backUpStore, moveStore, restoreStore } from './upkeep.ts';

const [task, from = '', to = '', last, enough] = process.argv.slice(2);

function progress(step: string, done: number): void {
  if (step === last && done >= Number(enough)) process.kill(process.pid, 'SIGKILL');
}

if (task === 'backup') await backUpStore(`sqlite:${from}`, to, { force: true, progress });
else if (task === 'restore') await restoreStore(from, `sqlite:${to}`, { progress, now: 0 });
else await moveStore(from, to, progress);
