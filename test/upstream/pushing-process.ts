/** Pushes in a process of its own, which ends at a step that it is told; its argument says all, as JSON. */
import { changeUsers } from '../../src/core/block-users.ts';
import type { PushGoal } from '../../src/core/push.ts';
import { Sealer } from '../../src/core/sealing.ts';
import { parseUser } from '../../src/core/user.ts';
import { dialects } from '../../src/dialects/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { PushStep } from '../../src/upstream/failpoint.ts';
import { Guard } from '../../src/upstream/guard.ts';
import { createUpstreams } from '../../src/upstream/index.ts';
import { until } from '../helpers/until.ts';
import { connection, numberId, quick, setUp } from './set-up.ts';

export interface Task {
  /** Its URL. */
  readonly database: string;
  readonly origin: string;
  readonly token: string;
  readonly push: 'later' | 'wait';
  /** 32 bytes, base64. */
  readonly key: string;
  /** What to ask for, one after the other, each once the one before is settled. */
  readonly requests: readonly { readonly goal: PushGoal; readonly users: readonly string[] }[];
  /** Whether whom the provider lists is taken over first. */
  readonly imports?: boolean;
  /** Where it is killed: at the first such step of a request for this; before any, if there is no goal. */
  readonly end?: { readonly step: PushStep; readonly goal?: PushGoal };
  /** What is added to the time of the machine, in ms. */
  readonly ahead: number;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const clock = () => Date.now() + task.ahead;
const sealer = new Sealer([Buffer.from(task.key, 'base64')]);
const store = await openStore(task.database);
const known = await store.directory.number(numberId);
if (!known) await setUp(store, { ...task, sealer, rules: { push: task.push }, at: clock() });
let goal: PushGoal | undefined;
const upstreams = createUpstreams({
  store,
  sealer,
  clock,
  callerOf: (name) => dialects.find((dialect) => dialect.name === name)?.caller,
  guard: new Guard(['127.0.0.0/8']),
  limits: quick,
  failpoint(step) {
    if (step === task.end?.step && goal === task.end.goal) process.kill(process.pid, 'SIGKILL');
  },
});
await settled();
process.stdout.write(`settled ${JSON.stringify(await blocked())}\n`);
for (const request of task.requests) {
  goal = request.goal;
  const number = await store.directory.number(numberId);
  if (!number) throw new Error('the number is gone');
  const users = request.users.map((input) => ({ input, user: parseUser(input) }));
  const by = { dialect: 'meta', keyId: null, requestId: 'Atest' };
  await changeUsers({ lists: store.lists, pushing: upstreams }, number, goal, { users, by, at: clock() });
  await settled();
}
await upstreams.close();
await store.close();

async function settled(): Promise<void> {
  const [due, imports] = [() => store.pushes.due(connection), () => store.pushes.imports(connection)];
  await until(async () => (await due()).length + (await imports()).length === 0);
}

async function blocked(): Promise<string[]> {
  const page = await store.lists.page(numberId, { position: { kind: 'start' }, limit: 1000 });
  if (page.kind === 'changed') throw new Error('the list changed');
  return page.entries.map(({ waId, sync }) => `${waId} ${sync?.state}`);
}
