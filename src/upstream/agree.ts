/** `push: "wait"`: a change counts as far as the provider agrees to it while its client waits. */
import type { Outcome, ProviderWords } from '../core/outcome.ts';
import type { ListChange } from '../core/ports.ts';
import type { Push, PushGoal, PushResult } from '../core/push.ts';
import { isUserId } from '../core/user.ts';
import type { UserReading } from '../dialects/dialect.ts';
import { delayAfter } from './backoff.ts';
import type { Failure } from './failure.ts';
import { keyOf } from './lane.ts';
import { readListing } from './listing.ts';
import type { Site } from './site.ts';
import { judge } from './verdict.ts';
import { noRoom, notDone, refusedFor } from './words.ts';

/** How a push ended for who waits. `silent`: the provider said nothing of it. */
type Answer = { readonly kind: 'done' | 'silent' } | { readonly kind: 'refused'; readonly told: ProviderWords };

/** After the deadline of a client, in ms, before its intent is one that nobody waits for: whoever did is gone. */
const settleMargin = 30_000;

export class Agreement {
  readonly #site: Site;
  readonly #goal: PushGoal;
  readonly #answers = new Map<string, Answer>();
  /** When the provider's list is to be asked for what it left unsaid, in ms since the epoch. */
  lookAt: number | undefined;

  constructor(site: Site, goal: PushGoal) {
    this.#site = site;
    this.#goal = goal;
  }

  /** Whoever calls has the lane. All that is intended is settled, or left to the provider's list. */
  async reach(change: ListChange): Promise<readonly Outcome[]> {
    const { pushes, clock, limits, rules, failpoint, lane } = this.#site;
    await this.#site.settle([]);
    const { room } = await pushes.next(change.number, clock(), 1);
    const settleBy = clock() + limits.agreeTimeout + settleMargin;
    const intended = await pushes.intend(this.#goal, change, settleBy, lane.holding.lease);
    await failpoint('after_intend');
    const wanted = [...new Map(intended.pushes.flatMap((push) => (push ? [[keyOf(push.user), push]] : []))).values()];
    const taken = this.#goal === 'block' ? Math.max(0, room) : wanted.length;
    this.#note(wanted.slice(taken), { kind: 'refused', told: noRoom });
    await this.#ask(wanted.slice(0, taken));
    await this.#look(wanted, rules.pushCapacity - room);
    await this.#settle(wanted);
    return intended.outcomes.map((outcome, index) => this.#outcome(outcome, intended.pushes[index]));
  }

  async #ask(wanted: readonly Push[]): Promise<void> {
    const { connection } = this.#site;
    const batch = connection.caller.maxUsers;
    let left = wanted;
    let failure = connection.unready;
    while (left.length > 0 && !failure) {
      failure = await this.#tell(left.slice(0, batch));
      left = left.slice(batch);
    }
    if (failure) this.#note(left, { kind: 'refused', told: notDone(failure) });
  }

  /** Gives why it makes no sense to ask for others. */
  async #tell(wanted: readonly Push[]): Promise<Failure | undefined> {
    const { failpoint } = this.#site;
    const users = wanted.map(({ user }) => user);
    await failpoint('before_call');
    const asked = await this.#site.change(this.#goal, users);
    await failpoint('after_call');
    const { failure } = asked;
    if (!failure) {
      for (const [index, push] of wanted.entries()) this.#note([push], toAnswer(asked.users[index]));
      return undefined;
    }
    if (failure.kind === 'busy') this.#site.pause(failure.retryAfter ?? delayAfter(0, this.#site.limits));
    if (failure.kind !== 'refused') {
      const mayBeDone = failure.isUnknown || failure.kind === 'broken';
      this.#note(wanted, mayBeDone ? { kind: 'silent' } : { kind: 'refused', told: notDone(failure) });
      return failure;
    }
    if (wanted.length === 1) {
      this.#note(wanted, { kind: 'refused', told: refusedFor(failure) });
      return undefined;
    }
    // One of them may be why.
    const half = Math.ceil(wanted.length / 2);
    const first = await this.#tell(wanted.slice(0, half));
    if (!first) return this.#tell(wanted.slice(half));
    this.#note(wanted.slice(half), { kind: 'refused', told: notDone(first) });
    return first;
  }

  /** Whom the provider lists as asked is done. What it does not show now it may show later. */
  async #look(wanted: readonly Push[], occupied: number): Promise<void> {
    const silent = wanted.filter((push) => this.#answerTo(push)?.kind === 'silent');
    if (silent.length === 0 || this.#site.signal.aborted) return;
    const untilEnd = this.#goal === 'unblock';
    const asked = await readListing(this.#site, { users: silent.map(({ user }) => user), untilEnd });
    if (asked.failure) return;
    const known = { ...asked, expected: untilEnd ? occupied - silent.length : occupied, retryAt: 0 };
    this.#note(
      silent.filter((push) => judge(push, known).kind === 'done'),
      { kind: 'done' },
    );
  }

  async #settle(wanted: readonly Push[]): Promise<void> {
    const lookAt = this.#site.clock() + this.#site.limits.settleDelay;
    if (wanted.some((push) => this.#answerTo(push)?.kind === 'silent')) this.lookAt = lookAt;
    await this.#site.settle(wanted.map((push) => ({ push, result: toResult(this.#answerTo(push), lookAt) })));
  }

  #outcome(outcome: Outcome, push: Push | undefined): Outcome {
    if (!push) return outcome;
    const answer = this.#answerTo(push);
    if (answer?.kind === 'done') return outcome;
    const { input, user } = outcome;
    const who = { kind: 'refused', input, ...(user && { user }) } as const;
    return answer?.kind === 'refused' ? { ...who, why: 'provider', told: answer.told } : { ...who, why: 'unsettled' };
  }

  #note(pushes: readonly Push[], answer: Answer): void {
    for (const { user } of pushes) this.#answers.set(keyOf(user), answer);
  }

  #answerTo({ user }: Push): Answer | undefined {
    return this.#answers.get(keyOf(user));
  }
}

/** What those are told who could not even be asked for. */
export function refuseAll({ users }: ListChange, failure: Pick<Failure, 'kind' | 'detail'>): readonly Outcome[] {
  return users.map(({ input, user }) =>
    isUserId(user)
      ? { kind: 'refused', input, user, why: 'provider', told: notDone(failure) }
      : { kind: 'refused', input, why: user.kind },
  );
}

function toAnswer(reading: UserReading | undefined): Answer {
  return reading ?? { kind: 'silent' };
}

function toResult(answer: Answer | undefined, lookAt: number): PushResult {
  if (answer?.kind === 'done') return { kind: 'done' };
  if (answer?.kind !== 'refused') return { kind: 'retry', detail: 'The provider did not say what it did', at: lookAt };
  const { code, message, details } = answer.told;
  return { kind: 'failed', code, message, detail: details };
}
