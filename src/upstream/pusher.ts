import { everyItem } from '../core/every-item.ts';
import { Holding } from '../core/holding.ts';
import type { ConnectionName, PhoneNumberId } from '../core/ids.ts';
import { LeaseLost, works } from '../core/leases.ts';
import type { Directory, DirectoryQuery, Leases } from '../core/ports.ts';
import { arePushed } from '../core/rules.ts';
import { delayAfter } from './backoff.ts';
import type { Connections } from './connections.ts';
import { importList } from './import-list.ts';
import { Lane } from './lane.ts';
import { Round } from './round.ts';
import { Site, type SiteOn, type SiteParts } from './site.ts';
import { Timetable } from './timetable.ts';

export interface PusherParts extends SiteParts {
  readonly directory: Pick<Directory, 'number' | 'connections'>;
  readonly connections: Connections;
  readonly leases: Leases;
}

/** Who waits for another node looks this many times more seldom in the end. */
const patience = 20;

/** Pushes what is due, number by number, each in its lane. */
export class Pusher {
  readonly #parts: PusherParts;
  readonly #lanes = new Map<PhoneNumberId, Lane>();
  readonly #timetable: Timetable<PhoneNumberId>;
  readonly #underWay = new Set<Promise<void>>();
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: PusherParts) {
    this.#parts = parts;
    this.#timetable = new Timetable(parts.clock, (number) => this.wake(number));
  }

  /** Looks for what is due on all connections, now and from time to time: nothing is forgotten for long. */
  start(): void {
    this.#begin(this.#sweep());
  }

  /** Looks for what is due on a number, now. */
  wake(number: PhoneNumberId): void {
    const lane = this.laneOf(number);
    lane.hasMore = true;
    if (lane.isActive || this.#isClosed) return;
    lane.isActive = true;
    this.#begin(this.#work(lane));
  }

  /** The same after the number has changed. */
  wakeAnew(number: PhoneNumberId): void {
    this.laneOf(number).lookAnew();
    this.wake(number);
  }

  /** The same at this time, in ms since the epoch. */
  wakeAt(number: PhoneNumberId, at: number): void {
    if (!this.#isClosed) this.#timetable.add(number, at);
  }

  wakeAllOf(connection: ConnectionName): void {
    if (!this.#isClosed) this.#begin(this.#wakeAllOf(connection));
  }

  laneOf(number: PhoneNumberId): Lane {
    const known = this.#lanes.get(number);
    if (known) return known;
    const { leases, limits } = this.#parts;
    const work = works.list(number);
    const time = () => performance.now();
    const lane = new Lane(number, new Holding({ leases, work, leaseFor: limits.leaseFor, time }));
    this.#lanes.set(number, lane);
    return lane;
  }

  /** The lane is forgotten if nothing of it has to be remembered. */
  leave(lane: Lane): void {
    if (lane.isIdle && !this.#timetable.has(lane.number)) this.#lanes.delete(lane.number);
  }

  /** Begins nothing more; resolves when all that is under way is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timetable.clear();
    clearTimeout(this.#sweeper);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    // Who is left need not wait for them to run out.
    await Promise.all([...this.#lanes.values()].map(({ holding }) => holding.release()));
  }

  /** `work` never throws. */
  #begin(work: Promise<void>): void {
    const over = work.finally(() => this.#underWay.delete(over));
    this.#underWay.add(over);
  }

  async #work(lane: Lane): Promise<void> {
    while (lane.hasMore && !this.#isClosed) {
      lane.hasMore = false;
      const at = await this.#attempt(lane);
      if (at === undefined) continue;
      if (at <= this.#parts.clock()) lane.hasMore = true;
      else this.wakeAt(lane.number, at);
    }
    lane.isActive = false;
    this.leave(lane);
  }

  async #attempt(lane: Lane): Promise<number | undefined> {
    try {
      const at = await this.#round(lane);
      lane.faults = 0;
      return at;
    } catch (error) {
      const { clock, limits, observer } = this.#parts;
      if (error instanceof LeaseLost) {
        lane.lose();
        return this.#lookAgain(lane);
      }
      observer.failed(error);
      lane.faults += 1;
      return clock() + delayAfter(lane.faults - 1, limits);
    }
  }

  async #round(lane: Lane): Promise<number | undefined> {
    const { directory, connections } = this.#parts;
    const number = await directory.number(lane.number);
    const { upstream, rules } = number ?? {};
    if (!number || !upstream || !rules || !arePushed(rules)) {
      lane.forget();
      await lane.turns.take(() => lane.rest());
      return undefined;
    }
    const connection = await connections.open(upstream.connection);
    return connection.gate.numbers.execute(() =>
      lane.turns.take(() => this.#turn(lane, { lane, number, rules, upstream, connection })),
    );
  }

  async #turn(lane: Lane, on: SiteOn): Promise<number | undefined> {
    const { leases, clock, limits } = this.#parts;
    const givesWay = leases.isShared && lane.holding.age > limits.holdFor && lane.kept.length === 0;
    let at: number | undefined;
    try {
      if (givesWay) at = clock() + limits.giveWayFor;
      else at = await this.#push(lane, on);
      return at;
    } finally {
      // Who goes on at once keeps the lease.
      if (at === undefined || at > clock()) await lane.rest();
    }
  }

  async #push(lane: Lane, on: SiteOn): Promise<number | undefined> {
    const { clock } = this.#parts;
    const { connection, upstream } = on;
    if (connection.stop || this.#isClosed) return undefined;
    const { closed } = connection.gate;
    if (closed) return clock() + Math.ceil(closed.for);
    if (!(await lane.take(upstream))) return this.#lookAgain(lane);
    const site = new Site(this.#parts, on);
    // What is there already need not be pushed.
    if (await importList(site, upstream)) return clock();
    const at = await new Round(site).run();
    return lane.importTries > 0 ? Math.min(lane.importAt, at ?? lane.importAt) : at;
  }

  /** Gives when: whoever has the list sees what is new there, or leaves it soon. */
  #lookAgain(lane: Lane): number {
    const { clock, limits } = this.#parts;
    lane.waits += 1;
    return (
      clock() + delayAfter(lane.waits, { firstDelay: limits.lookAgain, longestDelay: limits.lookAgain * patience })
    );
  }

  async #sweep(): Promise<void> {
    const { directory, limits, observer } = this.#parts;
    try {
      const read = (query: DirectoryQuery<ConnectionName>) => directory.connections(query);
      for await (const connection of everyItem(read, ({ name }) => name)) {
        if (this.#isClosed) break;
        this.#parts.connections.compare(connection);
        await this.#wakeAllOf(connection.name);
      }
    } catch (error) {
      observer.failed(error);
    }
    // Not all nodes at once.
    const wait = limits.sweepEvery * (0.75 + Math.random() / 2);
    if (!this.#isClosed) this.#sweeper = setTimeout(() => this.start(), wait).unref();
  }

  async #wakeAllOf(connection: ConnectionName): Promise<void> {
    const { pushes, connections, observer } = this.#parts;
    if (connections.stops().some((stop) => stop.connection === connection)) return;
    try {
      for (const number of await pushes.imports(connection)) this.wakeAt(number, this.#askToImport(number));
      for (const { number, dueAt } of await pushes.due(connection)) this.wakeAt(number, dueAt);
    } catch (error) {
      observer.failed(error);
    }
  }

  /** Gives when. */
  #askToImport(number: PhoneNumberId): number {
    const lane = this.laneOf(number);
    lane.mayImport = true;
    return lane.importAt;
  }
}
