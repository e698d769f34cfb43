/** Anything that may happen to a number with an upstream, for the properties of pushing. */
import fc from 'fast-check';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Store } from '../../core/ports.ts';
import type { Push, PushResult } from '../../core/push.ts';
import { asked, at, by, Caller } from './fixture.contract.ts';
import type { Answer, Given, PushModel } from './push-model.contract.ts';
import { done, failed, overflow, Pusher, putPushed, retry, waiting } from './pushes.fixture.contract.ts';

export type Step =
  | { readonly do: 'block' | 'unblock' | 'intendBlock' | 'intendUnblock'; readonly ids: string[] }
  | { readonly do: 'write'; readonly id: string; readonly userId: string | undefined }
  | { readonly do: 'answer'; readonly which: number; readonly answer: Answer }
  | { readonly do: 'raise'; readonly by: number }
  | { readonly do: 'retryFailed' | 'enqueue' | 'moveAway' };

/** A number of a store, with a connection of its own, and all that was ever due on it. */
export interface Bench {
  readonly store: Store;
  readonly number: PhoneNumberId;
  readonly connection: ConnectionName;
  readonly caller: Caller;
  readonly pusher: Pusher;
  /** What the model knows as each push is beside it. */
  readonly given: { readonly push: Push; readonly known: Given | undefined }[];
  capacity: number;
}

let last = 6000;

export async function openBench(store: Store, capacity: number): Promise<Bench> {
  last += 1;
  const [number, connection] = [String(last) as PhoneNumberId, `c${last}` as ConnectionName];
  await putPushed(store, number, { upstream: { connection }, rules: { pushCapacity: capacity } });
  const [caller, pusher] = [new Caller(store, number), new Pusher(store, number)];
  return { store, number, connection, capacity, caller, pusher, given: [] };
}

const results: Record<Answer, PushResult> = { done, waiting: waiting(), overflow, failed, retry: retry(at) };
const which = fc.nat(30);
const answer = fc.constantFrom<Answer>('done', 'done', 'waiting', 'overflow', 'failed', 'retry');
const answers: fc.Arbitrary<Step> = fc.record({ do: fc.constant('answer' as const), which, answer });
const raises: fc.Arbitrary<Step> = fc.record({ do: fc.constant('raise' as const), by: fc.integer({ min: 1, max: 2 }) });

/** Steps that the model knows; users have one id. */
export function plainSteps(ids: readonly string[]): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 4, arbitrary: changes(ids, ['block', 'unblock']) },
    { weight: 5, arbitrary: answers },
    messages(ids, [undefined]),
    raises,
    fc.constant<Step>({ do: 'retryFailed' }),
  );
}

/** All steps. Messages join ids. */
export function wildSteps(ids: readonly string[]): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 4, arbitrary: changes(ids, ['block', 'unblock', 'intendBlock', 'intendUnblock']) },
    { weight: 4, arbitrary: answers },
    { weight: 3, arbitrary: messages(ids, [undefined, ...ids.filter(isBsuid)]) },
    raises,
    fc.record({ do: fc.constantFrom('retryFailed' as const, 'enqueue' as const, 'moveAway' as const) }),
  );
}

function changes(ids: readonly string[], kinds: Extract<Step, { ids: string[] }>['do'][]): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constantFrom(...kinds),
    ids: fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }),
  });
}

function messages(ids: readonly string[], userIds: (string | undefined)[]): fc.Arbitrary<Step> {
  const id = fc.constantFrom(...ids.filter((one) => !isBsuid(one)));
  return fc.record({ do: fc.constant('write' as const), id, userId: fc.constantFrom(...userIds) });
}

function isBsuid(id: string): boolean {
  return id.startsWith('US.');
}

/** Does it to the number and, if there is one, to the model of it. */
export async function carryOut(bench: Bench, step: Step, model?: PushModel): Promise<void> {
  const { store, number, connection, caller, pusher, given } = bench;
  switch (step.do) {
    case 'block':
    case 'unblock':
      model?.[step.do](step.ids);
      await caller[step.do](step.ids);
      break;
    case 'intendBlock':
    case 'intendUnblock': {
      const change = { number, users: asked(...step.ids), by, at };
      await store.pushes.intend(step.do === 'intendBlock' ? 'block' : 'unblock', change, at);
      break;
    }
    case 'write':
      model?.write(step.id);
      await caller.receive(step.id, step.userId);
      break;
    case 'answer': {
      const { push, known } = given[step.which % given.length] ?? {};
      if (known) model?.answer(known, step.answer);
      if (push) await pusher.settle(push, results[step.answer]);
      break;
    }
    case 'raise':
      bench.capacity += step.by;
      model?.raise(step.by);
      await store.directory.putNumber(number, { rules: { pushCapacity: bench.capacity } }, at);
      break;
    case 'retryFailed':
      model?.retryFailed();
      await store.directory.putNumber(number, { upstream: { connection } }, at);
      break;
    case 'enqueue':
      await store.pushes.enqueue(number, at, 1);
      break;
    case 'moveAway': {
      const { origin } = (await store.directory.connection(connection)) ?? {};
      await store.directory.putConnection(connection, { origin: `${origin ?? 'https://h'}h`, secrets: {} }, at);
      break;
    }
    default:
      step satisfies never;
  }
  await take(bench, model);
}

async function take({ pusher, given }: Bench, model?: PushModel): Promise<void> {
  for (const push of (await pusher.next()).pushes) {
    if (given.some((one) => one.push.generation === push.generation)) continue;
    given.push({ push, known: model?.due().find(({ id }) => id === idOf(push)) });
  }
}

export function idOf({ user }: Pick<Push, 'user'>): string {
  return user.kind === 'wa_id' ? user.waId : user.userId;
}
