/** Reads both lists of a number, plans, and carries a plan out in the background. */
import { randomUUID } from 'node:crypto';
import { defaultLeaseFor, Holding } from '../core/holding.ts';
import type { PhoneNumberId } from '../core/ids.ts';
import { LeaseLost, works } from '../core/leases.ts';
import type { Upstream } from '../core/numbers.ts';
import { maxPage } from '../core/paging.ts';
import type { Clock, Lease, ListedChange, Preference, ReconcileJob, Store, Upstreams } from '../core/ports.ts';
import {
  type Difference,
  needsConfirmation,
  type OurList,
  planReconcile,
  type ReconcileAnswer,
  type ReconcilePlan,
  type ReconcileRequest,
  type Reconciling,
} from '../core/reconcile.ts';
import { idsOf, type KnownIds, type UserId, UserIndex } from '../core/user.ts';

export interface ReconcilerDeps {
  readonly store: Pick<Store, 'lists' | 'pushes' | 'jobs' | 'leases'>;
  readonly upstreams: Pick<Upstreams, 'readList' | 'wake'>;
  readonly clock: Clock;
  /** A job of this number begins. */
  began(number: PhoneNumberId, job: ReconcileJob): void;
  /** It is over, whatever became of it. */
  ended(number: PhoneNumberId, job: ReconcileJob): void;
  /** A job could not go on. It can be asked for again: what it did counts. */
  failed(error: unknown): void;
  /** How long a node that died is waited for, in ms. */
  readonly leaseFor?: number;
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
  readonly holding: Holding;
  readonly request: ReconcileRequest;
  readonly upstream: Upstream;
  readonly asOf: number;
  readonly steps: readonly Step[];
}

export class Reconciler implements Reconciling {
  readonly #deps: ReconcilerDeps;
  /** The numbers with a job of this process. */
  readonly #running = new Set<PhoneNumberId>();
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  last(number: PhoneNumberId): Promise<ReconcileJob | undefined> {
    return this.#deps.store.jobs.last(number);
  }

  async reconcile(request: ReconcileRequest): Promise<ReconcileAnswer | 'running'> {
    const { number, apply, prefer, isConfirmed } = request;
    const { upstream } = number;
    if (!upstream) throw new Error('the number has no upstream to reconcile with');
    if (apply && (await this.last(number.id))?.state === 'running') return 'running';
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
    if (this.#running.has(number.id)) return 'running';
    this.#running.add(number.id);
    const job = await this.#begin({ request, upstream, asOf, steps: stepsOf(plan, prefer) }, prefer);
    return job ? { ...answer, job } : 'running';
  }

  /** Begins nothing more; resolves when the writes under way are over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
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

  /** `undefined`: another node is at it. The caller has noted that it runs here. */
  async #begin(asked: Omit<Running, 'holding'>, prefer: Preference): Promise<ReconcileJob | undefined> {
    const { store, clock, leaseFor = defaultLeaseFor } = this.#deps;
    const { id } = asked.request.number;
    const work = works.reconcile(id);
    const holding = new Holding({ leases: store.leases, work, leaseFor, time: () => performance.now() });
    try {
      if (!(await holding.take())) {
        this.#running.delete(id);
        return undefined;
      }
      const total = asked.steps.reduce((sum, { users }) => sum + users.length, 0);
      const job = { id: randomUUID(), state: 'running', done: 0, total, prefer, startedAt: clock() } as const;
      await store.jobs.put(id, job, holding.lease);
      this.#deps.began(id, job);
      const over = this.#run(job, { ...asked, holding }).finally(() => this.#underWay.delete(over));
      this.#underWay.add(over);
      return job;
    } catch (error) {
      this.#running.delete(id);
      await holding.release();
      throw error;
    }
  }

  async #run(job: ReconcileJob, running: Running): Promise<void> {
    const { upstreams, failed } = this.#deps;
    const { request, holding } = running;
    try {
      await this.#carryOut(job, running);
    } catch (error) {
      // Whoever has the work now, or asks for the job, tells what became of it.
      if (!(error instanceof LeaseLost)) failed(error);
    }
    await holding.release();
    this.#running.delete(request.number.id);
    upstreams.wake(request.number);
  }

  /** Throws what keeps the store from being told how it ended. */
  async #carryOut(
    job: ReconcileJob,
    { holding, request: { number, by }, upstream, asOf, steps }: Running,
  ): Promise<void> {
    const { store, clock, failed } = this.#deps;
    let done = 0;
    let state: ReconcileJob['state'] = 'done';
    try {
      for (const { how, goal, users } of steps) {
        if (this.#isClosed) break;
        await holding.keep();
        const change = { number: number.id, users, by, at: clock(), upstream, asOf };
        if (how === 'block') await this.#block(change, holding.lease);
        else await store.pushes[how](goal, change, holding.lease);
        done += users.length;
        if (done < job.total) await store.jobs.put(number.id, { ...job, done }, holding.lease);
      }
      if (done < job.total) state = 'interrupted';
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      failed(error);
      state = 'failed';
    }
    const ended = { ...job, state, done, endedAt: clock() };
    await store.jobs.put(number.id, ended, holding.lease);
    this.#deps.ended(number.id, ended);
  }

  /** The provider may have let go of them meanwhile: so it is told. */
  async #block({ number, users, by, at, asOf }: ListedChange, lease: Lease): Promise<void> {
    const news = await this.#news(number, asOf);
    const asked = users
      .filter((user) => !news.has(user))
      .flatMap((user) => idsOf(user).slice(0, 1))
      .map((user) => ({ input: user.kind === 'wa_id' ? user.waId : user.userId, user }));
    await this.#deps.store.lists.block({ number, users: asked, by, at }, lease);
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
