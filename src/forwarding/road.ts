/**
 * The way of deliveries to one app: how far each is, who may go now, and what became of those that went.
 *
 * Whatever happens, the road goes on at one place (`go`), which begins what can be begun: it **looks** (takes the lease of
 * the app, reads its oldest deliveries into slots), **forwards** what is first of its keys, as many at once as the app's
 * health allows, and **settles** each in the store before the next of the same keys goes. Each of these, once it is over,
 * goes on there. When nothing is under way and nothing can go now (or, where no other node could, nothing is left), the road
 * **rests**: it gives the lease back and forgets its slots. A time that comes (`goAt`), something new (`wake`) or another
 * app (`retry`) lets it go on. A lost lease makes it wait for the other node and look again.
 */
import type { AppOwner } from '../core/apps.ts';
import type { Holding } from '../core/holding.ts';
import { LeaseLost } from '../core/leases.ts';
import type { DeliveryResult, Lease, Webhooks } from '../core/ports.ts';
import { delayAfter } from '../upstream/backoff.ts';
import { type Apps, UnusableApp } from './apps.ts';
import { AppHealth } from './health.ts';
import { type SettleParts, settle } from './settle.ts';
import { merge, type Slot, survey } from './slots.ts';

/** Who waits for another node looks this many times more seldom in the end. */
const patience = 4;

export interface RoadParts extends SettleParts {
  readonly webhooks: Pick<Webhooks, 'next' | 'settle' | 'delivery'>;
  readonly apps: Apps;
  /** Whether other nodes may want to send to the same apps. */
  readonly isShared: boolean;
  holdingOf(owner: AppOwner): Holding;
  /** Calls `go` of the app's road at this time, in ms since the epoch. */
  goAt(owner: AppOwner, at: number): void;
  /** Takes part in the end: `work` never throws. */
  begin(work: Promise<void>): void;
  /** Nothing is left to be done. */
  idle(owner: AppOwner): void;
}

export class Road {
  readonly #owner: AppOwner;
  readonly #parts: RoadParts;
  readonly #health: AppHealth;
  /** The lease of the app: what is known here is known as long as it is had. */
  readonly #holding: Holding;
  /** The app's oldest deliveries, in their order. */
  #slots: Slot[] = [];
  #underWay = 0;
  /** Whether the store may have more than what is known here. */
  #hasMore = false;
  /** What was settled since the look at the store that is under way began. */
  #settled: Set<string> | undefined;
  /** How often in a row the store could not be read, and until when it is not asked. */
  #faults = 0;
  #lookAt = 0;
  /** When the store was read last; how often in a row another node had the app. */
  #lookedAt = 0;
  #waits = 0;
  /** Whatever waits is to be tried now, once it is known. */
  #isHurried = false;
  /** The lease is being given back; and whether there was a call meanwhile. */
  #isResting = false;
  #wasCalled = false;
  #isClosed = false;

  constructor(owner: AppOwner, parts: RoadParts) {
    this.#owner = owner;
    this.#parts = parts;
    this.#health = new AppHealth(parts.limits);
    this.#holding = parts.holdingOf(owner);
  }

  /** There is more. */
  wake(): void {
    this.#hasMore = true;
    this.go();
  }

  /** The app is another one: whatever waits is tried now. */
  retry(): void {
    this.#health.reset();
    this.#hurry();
    this.#isHurried = this.#parts.isShared;
    this.go();
  }

  /** Begins nothing more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Lets other nodes go on, once nothing is under way. */
  leave(): Promise<void> {
    return this.#holding.release();
  }

  /** Sends what can go now, and looks for more if there is a place for it. */
  go(): void {
    this.#wasCalled = true;
    if (this.#isClosed || this.#isResting) return;
    const { clock, goAt, begin, isShared } = this.#parts;
    const now = clock();
    const isDone = this.#slots.length === 0 && !this.#hasMore;
    if (this.#health.pausedUntil > now && !isDone) goAt(this.#owner, this.#health.pausedUntil);
    else if (!isDone) this.#advance(now);
    if (this.#underWay === 0 && !this.#settled && (isShared || isDone)) begin(this.#rest());
  }

  /** Nothing can be done now. Another node may go on; what waits is read again when its time comes. */
  async #rest(): Promise<void> {
    const isDone = this.#slots.length === 0 && !this.#hasMore;
    this.#slots = [];
    this.#hasMore = false;
    this.#wasCalled = false;
    this.#isResting = true;
    await this.#holding.release();
    this.#isResting = false;
    this.#hasMore ||= !isDone;
    if (this.#wasCalled) this.go();
    else if (isDone) this.#parts.idle(this.#owner);
  }

  /** Whoever comes back from the app goes on here, so that nothing has to be done while no place is free. */
  #advance(now: number): void {
    const { limits, begin, goAt, isShared } = this.#parts;
    const places = (this.#health.isDown ? 1 : limits.atOnce) - this.#underWay;
    if (places <= 0) return;
    const { ready, nextAt } = survey(this.#slots, now);
    for (const slot of this.#inTurn(ready).slice(0, places)) begin(this.#forward(slot));
    if (nextAt !== undefined) goAt(this.#owner, nextAt);
    if (isShared && this.#underWay > 0) {
      // Nobody tells of what came in at another node.
      this.#hasMore ||= now >= this.#lookedAt + limits.lookAgain;
      goAt(this.#owner, now + limits.lookAgain);
    }
    const mayLook = this.#hasMore && !this.#settled && this.#slots.length < limits.known;
    if (!mayLook || ready.length >= limits.atOnce) return;
    if (this.#lookAt > now) goAt(this.#owner, this.#lookAt);
    else begin(this.#look());
  }

  /** An app that is down is tried with whichever was tried least: it may be that it fails only for the others. */
  #inTurn(ready: readonly Slot[]): readonly Slot[] {
    return this.#health.isDown ? ready.toSorted((one, other) => one.attempts - other.attempts) : ready;
  }

  async #look(): Promise<void> {
    const { limits, clock, observer } = this.#parts;
    const settled = new Set<string>();
    this.#settled = settled;
    this.#hasMore = false;
    try {
      if (await this.#take()) await this.#read(settled);
      else this.#waitForOther();
      this.#faults = 0;
    } catch (error) {
      observer.failed(error);
      this.#hasMore = true;
      this.#lookAt = clock() + delayAfter(this.#faults, limits);
      this.#faults += 1;
    }
    this.#settled = undefined;
    this.go();
  }

  /** False: another node has the app. What was known under an earlier lease may be otherwise by now. */
  async #take(): Promise<boolean> {
    const before = this.#holding.isHeld ? this.#holding.lease.token : undefined;
    if (!(await this.#holding.take())) return false;
    if (this.#holding.lease.token !== before) this.#slots = this.#slots.filter(({ isUnderWay }) => isUnderWay);
    this.#waits = 0;
    return true;
  }

  async #read(settled: ReadonlySet<string>): Promise<void> {
    const { webhooks, limits, clock } = this.#parts;
    const limit = Math.min(limits.known, this.#slots.length + limits.window);
    this.#lookedAt = clock();
    const found = await webhooks.next(this.#owner, limit);
    this.#slots = merge(this.#slots, found, { settled, window: limits.window });
    this.#hasMore ||= found.length >= limit;
    if (this.#isHurried) this.#hurry();
    this.#isHurried = false;
  }

  /** It sees what is new for the app, or leaves it soon. */
  #waitForOther(): void {
    const { limits, clock } = this.#parts;
    this.#slots = this.#slots.filter(({ isUnderWay }) => isUnderWay);
    this.#hasMore = true;
    this.#waits += 1;
    const delays = { firstDelay: limits.lookAgain, longestDelay: limits.lookAgain * patience };
    this.#lookAt = clock() + delayAfter(this.#waits, delays);
  }

  async #forward(slot: Slot): Promise<void> {
    const { observer, clock, limits } = this.#parts;
    slot.isUnderWay = true;
    this.#underWay += 1;
    try {
      await this.#holding.keep();
      const { lease } = this.#holding;
      const result = await this.#attempt(slot);
      if (result) await this.#settle(slot, result, lease);
    } catch (error) {
      if (error instanceof LeaseLost) this.#waitForOther();
      else observer.failed(error);
      slot.dueAt = clock() + delayAfter(slot.attempts, limits);
    }
    slot.isUnderWay = false;
    this.#underWay -= 1;
    this.go();
  }

  /** What became of it; `undefined`: nothing that the store has to know. */
  async #attempt(slot: Slot): Promise<DeliveryResult | undefined> {
    const { webhooks, apps, failpoint, observer, signal } = this.#parts;
    const body = slot.body ?? (await webhooks.delivery(slot.id))?.body;
    if (body === undefined) {
      this.#forget(slot);
      return undefined;
    }
    try {
      const app = await apps.open(this.#owner);
      if (!app) return { kind: 'given_up', detail: 'There is no app any more' };
      await failpoint('before_forward');
      const began = performance.now();
      const posted = await app.post(slot, body, signal);
      await failpoint('after_forward');
      if (!posted) return undefined;
      const milliseconds = performance.now() - began;
      observer.attempted({ app: this.#owner, delivery: slot.id, ...posted, milliseconds });
      if (posted.detail === undefined) return this.#succeeded();
      return this.#failed(slot, posted.detail);
    } catch (error) {
      if (error instanceof UnusableApp) return this.#failed(slot, error.message);
      throw error;
    }
  }

  #succeeded(): DeliveryResult {
    // It is there again: whoever had to wait for that need not wait any longer.
    if (this.#health.succeeded()) this.#hurry();
    return { kind: 'delivered' };
  }

  #failed({ attempts, triedSince }: Slot, detail: string): DeliveryResult {
    const { clock, limits, observer } = this.#parts;
    const now = clock();
    const pause = this.#health.failed(now);
    if (pause > 0) {
      observer.paused(this.#owner, pause);
      for (const slot of this.#slots) slot.body = undefined;
    }
    const at = now + delayAfter(attempts, limits);
    return at > triedSince + limits.retryFor ? { kind: 'given_up', detail } : { kind: 'retry', detail, at };
  }

  async #settle(slot: Slot, result: DeliveryResult, lease: Lease): Promise<void> {
    try {
      await settle(this.#parts, slot.id, result, lease);
    } catch (error) {
      if (error instanceof LeaseLost) this.#holding.forget(lease);
      throw error;
    }
    this.#settled?.add(slot.id);
    if (result.kind === 'given_up') this.#parts.observer.gaveUp(this.#owner, slot.id, result.detail);
    if (result.kind !== 'retry') {
      this.#forget(slot);
      return;
    }
    slot.attempts += 1;
    slot.dueAt = result.at;
    slot.body = undefined;
  }

  #hurry(): void {
    const now = this.#parts.clock();
    for (const slot of this.#slots) slot.dueAt = Math.min(slot.dueAt, now);
  }

  #forget(slot: Slot): void {
    this.#slots = this.#slots.filter((one) => one !== slot);
  }
}
