/** Passes on in a process of its own, which ends at a step that it is told; its argument says all, as JSON. */
import type { WaId } from '../../src/core/ids.ts';
import { defaultAccount } from '../../src/core/numbers.ts';
import { receiveMessage } from '../../src/core/sandbox.ts';
import { Sealer } from '../../src/core/sealing.ts';
import { makeSentId } from '../../src/core/send.ts';
import type { ForwardStep } from '../../src/forwarding/failpoint.ts';
import { createForwarding } from '../../src/forwarding/index.ts';
import { openStore } from '../../src/store/index.ts';
import { Guard } from '../../src/upstream/guard.ts';
import { until } from '../helpers/until.ts';
import { numberId, quick } from './stand.ts';

export interface Task {
  /** Its URL. */
  readonly database: string;
  /** The app's address. */
  readonly url: string;
  /** What users write, each one message. */
  readonly from: readonly string[];
  /** Where it is killed, when it comes there for the first time. */
  readonly end?: ForwardStep;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const store = await openStore(task.database);
const { directory, webhooks } = store;
if (!(await directory.number(numberId))) {
  await directory.addAccount({ name: defaultAccount, createdAt: Date.now() });
  const phone = { displayPhoneNumber: '+15552242922', waId: '15552242922' as WaId };
  await directory.putNumber(numberId, { phone, app: { url: task.url } }, Date.now());
}
const forwarding = createForwarding({
  store,
  sealer: new Sealer([]),
  guard: new Guard(['127.0.0.0/8']),
  clock: Date.now,
  limits: quick,
  failpoint(step) {
    if (step === task.end) process.kill(process.pid, 'SIGKILL');
  },
});
const number = await directory.number(numberId);
if (!number) throw new Error('the number is gone');
const played = { by: { dialect: 'test', keyId: null, requestId: 'Atest' }, at: Date.now() };
await Promise.all(
  task.from.map((from) => {
    const message = { id: makeSentId('wamid'), waId: from as WaId, text: from };
    return receiveMessage({ webhooks, forwarding }, number, message, played);
  }),
);
await until(async () => (await webhooks.counts()).waiting === 0);
await forwarding.close();
await store.close();
