/** What lies between the core and the providers of numbers that have an upstream. */
import { setTimeout as delay } from 'node:timers/promises';
import { TimeoutStrategy, timeout } from 'cockatiel';
import { Refusal } from '../core/errors.ts';
import type { ConnectionName } from '../core/ids.ts';
import { LeaseLost } from '../core/leases.ts';
import type { BusinessNumber, Upstream } from '../core/numbers.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Clock, Forwarding, ListChange, ProviderList, Store, Upstreams } from '../core/ports.ts';
import type { PushGoal } from '../core/push.ts';
import { arePushed } from '../core/rules.ts';
import type { Caller } from '../dialects/dialect.ts';
import { Agreement, refuseAll } from './agree.ts';
import type { OpenConnection } from './connection.ts';
import { Connections, type Opener } from './connections.ts';
import type { Failpoint } from './failpoint.ts';
import type { Guard } from './guard.ts';
import type { Lane } from './lane.ts';
import { defaultLimits, type UpstreamLimits } from './limits.ts';
import { readWhole } from './listing.ts';
import { noObserver, type UpstreamObserver } from './observer.ts';
import { Pusher } from './pusher.ts';
import { Site, type SiteParts } from './site.ts';

export interface UpstreamDeps {
  readonly store: Pick<Store, 'directory' | 'pushes' | 'leases'>;
  /** Who speaks to a provider, by the name of its dialect. */
  callerOf(provider: string): Caller | undefined;
  /** Opens the secrets of connections. */
  readonly sealer: Opener;
  readonly guard: Guard;
  readonly clock: Clock;
  /** The clock that never goes back, in ms; absent: the machine's. */
  readonly ticks?: Clock | undefined;
  /** Hears of what was held until a provider agreed to an unblock; absent: nobody forwards. */
  readonly forwarding?: Pick<Forwarding, 'wake'> | undefined;
  readonly observer?: UpstreamObserver | undefined;
  /** For tests that end the process at a step. */
  readonly failpoint?: Failpoint | undefined;
  readonly limits?: Partial<UpstreamLimits> | undefined;
}

export interface UpstreamService extends Upstreams {
  /** What it takes to pass a client's request to a provider. Refuses (`upstream_failed`) what cannot be opened. */
  open(name: ConnectionName): OpenConnection | Promise<OpenConnection>;
  /** Waits for what is under way, not for long, and lets go of every connection. */
  close(): Promise<void>;
}

/** Begins to push at once. */
export function createUpstreams(deps: UpstreamDeps): UpstreamService {
  const { store, clock, observer = noObserver, failpoint = () => {} } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  const { directory, pushes, leases } = store;
  const connections = new Connections({ ...deps, directory, observer, limits, isShared: leases.isShared });
  const end = new AbortController();
  const wakeApp: SiteParts['wakeApp'] = (owner) => deps.forwarding?.wake(owner);
  const { signal } = end;
  const parts = { directory, pushes, leases, connections, clock, limits, observer, failpoint, wakeApp, signal };
  const pusher = new Pusher(parts);
  const waiting = timeout(limits.agreeTimeout, TimeoutStrategy.Cooperative);

  /** In turn, among all nodes. Throws what the signal says if it was not its turn before. */
  function inLane<Value>(
    lane: Lane,
    upstream: Upstream,
    signal: AbortSignal,
    act: () => Promise<Value>,
  ): Promise<Value> {
    return lane.turns.take(async () => {
      while (!(await lane.take(upstream))) await delay(limits.lookAgain, undefined, { signal });
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        lane.lose();
        throw new Refusal({ kind: 'store_unavailable' }, error);
      } finally {
        await lane.rest();
      }
    }, signal);
  }

  async function agree(
    number: BusinessNumber,
    goal: PushGoal,
    change: ListChange,
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const { upstream, rules } = number;
    if (!upstream || !arePushed(rules)) throw new Error('the number has no upstream to agree with');
    const lane = pusher.laneOf(number.id);
    let agreement: Agreement | undefined;
    try {
      return await inLane(lane, upstream, signal, async () => {
        const connection = await connections.open(upstream.connection);
        agreement = new Agreement(new Site({ ...parts, signal }, { lane, number, rules, upstream, connection }), goal);
        return agreement.reach(change);
      });
    } catch (error) {
      if (agreement || !signal.aborted) throw error;
      return refuseAll(change, { kind: 'lost', detail: 'The provider could not be asked in time' });
    } finally {
      if (agreement?.lookAt !== undefined) pusher.wakeAt(number.id, agreement.lookAt);
      if (lane.kept.length > 0) pusher.wakeAt(number.id, clock() + limits.firstDelay);
      // Who leaves the provider's list makes room for others.
      if (goal === 'unblock') pusher.wake(number.id);
      pusher.leave(lane);
    }
  }

  async function readList(number: BusinessNumber): Promise<ProviderList> {
    const { upstream, rules } = number;
    if (!upstream || !arePushed(rules)) throw new Error('the number has no upstream to be asked');
    const lane = pusher.laneOf(number.id);
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(limits.readTimeout)]);
    try {
      return await inLane(lane, upstream, signal, async () => {
        const connection = await connections.open(upstream.connection);
        const { unready } = connection;
        if (unready) throw new Refusal({ kind: 'upstream_failed', timedOut: false, detail: unready.detail });
        const site = new Site({ ...parts, signal }, { lane, number, rules, upstream, connection });
        const { failure, list } = await readWhole(site);
        if (failure && list.users.length === 0)
          throw new Refusal({ kind: 'upstream_failed', timedOut: failure.kind === 'lost', detail: failure.detail });
        return list;
      });
    } catch (error) {
      if (error instanceof Refusal || !signal.aborted) throw error;
      throw new Refusal({ kind: 'upstream_failed', timedOut: true }, error);
    } finally {
      pusher.leave(lane);
    }
  }

  pusher.start();
  return {
    wake({ id, upstream }) {
      if (upstream) pusher.wake(id);
    },
    agree: (number, goal, change) =>
      waiting.execute((_context, signal) => agree(number, goal, change, signal), end.signal),
    connectionChanged(name) {
      connections.forget(name);
      pusher.wakeAllOf(name);
    },
    numberChanged({ id }) {
      connections.forgetNumber(id);
      pusher.wakeAnew(id);
    },
    readList,
    stops: () => connections.stops(),
    unknownNumbers: () => connections.unknownNumbers(),
    open: (name) => connections.open(name),
    async close() {
      const timer = setTimeout(() => end.abort(), limits.closeGrace);
      await pusher.close();
      clearTimeout(timer);
      end.abort();
      await connections.close();
    },
  };
}
