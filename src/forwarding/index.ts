/** What lies between the store and the apps: whatever came for one goes on to it, as often as it takes. */
import type { AppOwner } from '../core/apps.ts';
import { Holding } from '../core/holding.ts';
import { works } from '../core/leases.ts';
import type { Clock, Forwarding, Store } from '../core/ports.ts';
import { delayAfter } from '../upstream/backoff.ts';
import { Timetable } from '../upstream/timetable.ts';
import { Apps, type Guard, nameOf, type Opener } from './apps.ts';
import type { Failpoint } from './failpoint.ts';
import { defaultLimits, type ForwardingLimits } from './limits.ts';
import { type ForwardingObserver, noObserver } from './observer.ts';
import { Road } from './road.ts';

export interface ForwardingDeps {
  readonly store: Pick<Store, 'directory' | 'webhooks' | 'leases'>;
  /** Opens the secrets of apps. */
  readonly sealer: Opener;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly observer?: ForwardingObserver | undefined;
  /** For tests that end the process at a step. */
  readonly failpoint?: Failpoint | undefined;
  readonly limits?: Partial<ForwardingLimits> | undefined;
}

export interface ForwardingService extends Forwarding {
  /** Waits for what is under way, not for long, and lets go of every connection. */
  close(): Promise<void>;
}

/** Begins at once with what waits. */
export function createForwarding(deps: ForwardingDeps): ForwardingService {
  const { store, sealer, guard, clock, observer = noObserver, failpoint = () => {} } = deps;
  const { directory, webhooks, leases } = store;
  const limits = { ...defaultLimits, ...deps.limits };
  const apps = new Apps({ directory, sealer, guard, limits, isShared: leases.isShared });
  const roads = new Map<string, Road>();
  const timetable = new Timetable<string>(clock, (name) => roads.get(name)?.go());
  const underWay = new Set<Promise<void>>();
  const end = new AbortController();
  let isClosed = false;
  const begin = (work: Promise<void>) => {
    const over = work.finally(() => underWay.delete(over));
    underWay.add(over);
  };
  const parts = {
    webhooks,
    isShared: leases.isShared,
    holdingOf: (owner: AppOwner) =>
      new Holding({ leases, work: works.app(owner), leaseFor: limits.leaseFor, time: () => performance.now() }),
    apps,
    clock,
    limits,
    observer,
    failpoint,
    signal: end.signal,
    begin,
    goAt: (owner: AppOwner, at: number) => timetable.add(nameOf(owner), at),
    idle(owner: AppOwner) {
      timetable.remove(nameOf(owner));
      roads.delete(nameOf(owner));
    },
  };

  function wake(owner: AppOwner): void {
    if (isClosed) return;
    const name = nameOf(owner);
    const road = roads.get(name) ?? new Road(owner, parts);
    roads.set(name, road);
    road.wake();
  }

  /** What came in before, and, if there are other nodes, what those left that ended. */
  async function sweep(faults: number): Promise<void> {
    // Not all nodes at once.
    let wait = leases.isShared ? limits.sweepEvery * (0.75 + Math.random() / 2) : undefined;
    let tries = 0;
    try {
      for (const owner of await webhooks.waiting()) if (!roads.has(nameOf(owner))) wake(owner);
    } catch (error) {
      observer.failed(error);
      wait = delayAfter(faults, limits);
      tries = faults + 1;
    }
    if (wait === undefined) return;
    setTimeout(() => isClosed || begin(sweep(tries)), wait).unref();
  }

  begin(sweep(0));
  return {
    wake,
    appChanged(owner) {
      apps.forget(owner);
      roads.get(nameOf(owner))?.retry();
    },
    async close() {
      isClosed = true;
      timetable.clear();
      for (const road of roads.values()) road.close();
      const timer = setTimeout(() => end.abort(), limits.closeGrace);
      while (underWay.size > 0) await Promise.all(underWay);
      clearTimeout(timer);
      // Who is left need not wait for them to run out.
      await Promise.all([...roads.values()].map((road) => road.leave()));
      await apps.close();
    },
  };
}
