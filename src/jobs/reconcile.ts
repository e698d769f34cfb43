/** Reads both lists of a number, plans, and carries a plan out in the background. */
import { randomUUID } from 'node:crypto';
import type { PhoneNumberId } from '../core/ids.ts';
import type { Upstream } from '../core/numbers.ts';
import { maxPage } from '../core/paging.ts';
import type { Actor, Clock, Store, Upstreams } from '../core/ports.ts';
import {
  type Difference,
  needsConfirmation,
  type OurList,
  type Preference,
  planReconcile,
  type ReconcileAnswer,
  type ReconcileJob,
  type ReconcilePlan,
  type ReconcileRequest,
  type Reconciling,
} from '../core/reconcile.ts';
import { idsOf, type KnownIds, type UserId, UserIndex } from '../core/user.ts';

export interface ReconcilerDeps {
  readonly store: Pick<Store, 'lists' | 'pushes'>;
  readonly upstreams: Pick<Upstreams, 'readList' | 'wake'>;
  readonly clock: Clock;
  /** A job of this number begins. */
  began(number: PhoneNumberId, job: ReconcileJob): void;
  /** It is over, whatever became of it. */
  ended(number: PhoneNumberId, job: ReconcileJob): void;
  /** A job could not go on. It can be asked for again: what it did counts. */
  failed(error: unknown): void;
}

/** Users in one write. */
const batchSize = 1_000;

/** One write of a job. */
interface Step {
  readonly how: 'adopt' | 'ask' | 'block';
  readonly goal: 'block' | 'unblock';
  readonly users: readonly KnownIds[];
}

interface Running {
  readonly request: ReconcileRequest;
  readonly upstream: Upstream;
  readonly asOf: number;
  readonly steps: readonly Step[];
}

export class Reconciler implements Reconciling {
  readonly #deps: ReconcilerDeps;
  readonly #jobs = new Map<PhoneNumberId, ReconcileJob>();
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  last(number: PhoneNumberId): ReconcileJob | undefined {
    return this.#jobs.get(number);
  }

  async reconcile(request: ReconcileRequest): Promise<ReconcileAnswer | 'running'> {
    const { number, apply, prefer, isConfirmed } = request;
    const { upstream } = number;
    if (!upstream) throw new Error('the number has no upstream to reconcile with');
    if (apply && this.#isRunning(number.id)) return 'running';
    const { asOf, users: removals } = await this.#deps.store.pushes.removals(number.id);
    const entries = await this.#entries(number.id);
    // Read last: what was on its way before may be there by now, and is no difference then.
    const theirs = await this.#deps.upstreams.readList(number);
    const news = await this.#news(number.id, asOf);
    const plan = planReconcile({ entries, removals: removals.map(toIds), news }, theirs, prefer);
    const sizes = { ours: entries.length, theirs: theirs.users.length };
    const confirmRequired = needsConfirmation(plan, sizes, prefer);
    const answer = { plan, sizes, confirmRequired };
    if (!apply || !prefer || (confirmRequired && !isConfirmed)) return answer;
    if (this.#isRunning(number.id)) return 'running';
    return { ...answer, job: this.#begin({ request, upstream, asOf, steps: stepsOf(plan, prefer) }, prefer) };
  }

  /** Begins nothing more; resolves when the writes under way are over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
  }

  #isRunning(number: PhoneNumberId): boolean {
    return this.#jobs.get(number)?.state === 'running';
  }

  async #entries(number: PhoneNumberId): Promise<OurList['entries']> {
    const entries: OurList['entries'][number][] = [];
    let after = 0;
    for (;;) {
      const position = { kind: 'after', seq: after } as const;
      const page = await this.#deps.store.lists.page(number, { position, limit: maxPage });
      if (page.kind === 'changed') throw new Error('a list was read by its version, which nobody asked for');
      for (const { waId, userId, sync } of page.entries) {
        const ids = { ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) };
        entries.push({ ...ids, state: sync?.state ?? 'pending' });
      }
      after = page.entries.at(-1)?.seq ?? after;
      if (!page.hasAfter) return entries;
    }
  }

  /** Of whom the log tells since then. */
  async #news(number: PhoneNumberId, asOf: number): Promise<UserIndex> {
    const news = new UserIndex();
    let after = asOf;
    for (;;) {
      const { events, hasMore } = await this.#deps.store.lists.events(number, after, maxPage);
      for (const { user } of events) news.add(user);
      after = events.at(-1)?.seq ?? after;
      if (!hasMore) return news;
    }
  }

  #begin(running: Running, prefer: Preference): ReconcileJob {
    const { number } = running.request;
    const job: ReconcileJob = {
      id: randomUUID(),
      state: 'running',
      done: 0,
      total: running.steps.reduce((sum, { users }) => sum + users.length, 0),
      prefer,
      startedAt: this.#deps.clock(),
    };
    this.#jobs.set(number.id, job);
    this.#deps.began(number.id, job);
    const over = this.#run(job, running).finally(() => this.#underWay.delete(over));
    this.#underWay.add(over);
    return job;
  }

  async #run(job: ReconcileJob, { request: { number, by }, upstream, asOf, steps }: Running): Promise<void> {
    const { store, upstreams, clock } = this.#deps;
    let done = 0;
    let state: ReconcileJob['state'] = 'done';
    try {
      for (const { how, goal, users } of steps) {
        if (this.#isClosed) break;
        const change = { number: number.id, users, by, at: clock(), upstream, asOf };
        if (how === 'block') await this.#block(number.id, by, users, asOf);
        else await store.pushes[how](goal, change);
        done += users.length;
        this.#jobs.set(number.id, { ...job, done });
      }
    } catch (error) {
      state = 'failed';
      this.#deps.failed(error);
    }
    if (done < job.total) state = 'failed';
    const ended = { ...job, state, done, endedAt: clock() };
    this.#jobs.set(number.id, ended);
    this.#deps.ended(number.id, ended);
    upstreams.wake(number);
  }

  /** The provider may have let go of them meanwhile: so it is told. */
  async #block(number: PhoneNumberId, by: Actor, users: readonly KnownIds[], asOf: number): Promise<void> {
    const news = await this.#news(number, asOf);
    const asked = users
      .filter((user) => !news.has(user))
      .flatMap((user) => idsOf(user).slice(0, 1))
      .map((user) => ({ input: user.kind === 'wa_id' ? user.waId : user.userId, user }));
    await this.#deps.store.lists.block({ number, users: asked, by, at: this.#deps.clock() });
  }
}

/** Who is in agreement without our knowing is noted, whatever is preferred. */
function stepsOf({ add, remove, conflicts, agreed }: ReconcilePlan, prefer: Preference): Step[] {
  const [added, removed, disputed] = [usersOf(add), usersOf(remove), usersOf(conflicts)];
  const theirs: Step[] = [
    { how: 'adopt', goal: 'block', users: added },
    { how: 'adopt', goal: 'unblock', users: removed },
    { how: 'block', goal: 'block', users: disputed },
  ];
  const ours: Step[] = [
    { how: 'ask', goal: 'unblock', users: [...added, ...disputed] },
    { how: 'ask', goal: 'block', users: removed },
  ];
  const steps: Step[] = [{ how: 'adopt', goal: 'block', users: agreed }, ...(prefer === 'theirs' ? theirs : ours)];
  return steps.flatMap(({ users, ...step }) => batches(users).map((batch) => ({ ...step, users: batch })));
}

function usersOf(differences: readonly Difference[]): KnownIds[] {
  return differences.map(({ user }) => user);
}

function batches<Item>(all: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) =>
    all.slice(index * batchSize, (index + 1) * batchSize),
  );
}

function toIds(user: UserId): KnownIds {
  return user.kind === 'wa_id' ? { waId: user.waId } : { userId: user.userId };
}
