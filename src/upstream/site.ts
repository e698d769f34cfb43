import type { AppOwner } from '../core/apps.ts';
import type { BusinessNumber, Upstream } from '../core/numbers.ts';
import type { Clock, Pushes, Stop, UnknownNumber } from '../core/ports.ts';
import type { PushGoal, PushResult, Settlement } from '../core/push.ts';
import type { PushRules } from '../core/rules.ts';
import type { UserId } from '../core/user.ts';
import type { Line, UserReading } from '../dialects/dialect.ts';
import type { OpenConnection } from './connection.ts';
import type { Failpoint } from './failpoint.ts';
import type { Asked, Failure } from './failure.ts';
import type { Lane } from './lane.ts';
import type { UpstreamLimits } from './limits.ts';
import type { ListImport, UpstreamObserver } from './observer.ts';

/** What everybody who works on lists is given. */
export interface SiteParts {
  readonly pushes: Pushes;
  readonly clock: Clock;
  readonly limits: UpstreamLimits;
  readonly observer: UpstreamObserver;
  readonly failpoint: Failpoint;
  /** Hears of apps that there may be something for. */
  readonly wakeApp: (owner: AppOwner) => void;
  /** Ends the calls. */
  readonly signal: AbortSignal;
}

/** Whose list, and through what. */
export interface SiteOn {
  readonly lane: Lane;
  readonly number: BusinessNumber;
  readonly rules: PushRules;
  readonly upstream: Upstream;
  readonly connection: OpenConnection;
}

export type ChangeAnswer =
  | { readonly failure: Failure }
  /** One per user, in their order. */
  | { readonly failure?: undefined; readonly users: readonly UserReading[] };

/** Where one who has the lane, and the lease of the list, works: what can be asked of the provider there, and told to the store. */
export class Site {
  readonly pushes: Pushes;
  readonly clock: Clock;
  readonly limits: UpstreamLimits;
  readonly failpoint: Failpoint;
  readonly lane: Lane;
  readonly number: BusinessNumber;
  readonly rules: PushRules;
  readonly connection: OpenConnection;
  readonly upstream: Upstream;
  readonly line: Line;
  readonly signal: AbortSignal;
  readonly #observer: UpstreamObserver;
  readonly #wakeApp: (owner: AppOwner) => void;

  constructor(parts: SiteParts, on: SiteOn) {
    this.pushes = parts.pushes;
    this.clock = parts.clock;
    this.limits = parts.limits;
    this.failpoint = parts.failpoint;
    this.#observer = parts.observer;
    this.#wakeApp = parts.wakeApp;
    this.lane = on.lane;
    this.number = on.number;
    this.rules = on.rules;
    this.connection = on.connection;
    this.upstream = on.upstream;
    this.line = on.connection.line(on.upstream.numberId);
    this.signal = parts.signal;
  }

  async change(goal: PushGoal, users: readonly UserId[]): Promise<ChangeAnswer> {
    await this.lane.holding.keep();
    const { caller } = this.connection;
    const asked = await this.#heed(
      this.connection.ask(
        {
          number: this.number.id,
          purpose: goal,
          call: caller.change(goal, users, this.line),
          read: (answer) => caller.readChange(goal, users, answer),
        },
        this.signal,
      ),
    );
    return asked.failure ? { failure: asked.failure } : { users: asked.reading.users };
  }

  async list(limit: number, after: string | undefined) {
    await this.lane.holding.keep();
    const { caller } = this.connection;
    return this.#heed(
      this.connection.ask(
        {
          number: this.number.id,
          purpose: 'list',
          call: caller.list({ limit, ...(after !== undefined && { after }) }, this.line),
          read: (answer) => caller.readList(answer),
        },
        this.signal,
      ),
    );
  }

  /** What was read of the provider's list is taken over. */
  imported(list: Pick<ListImport, 'users' | 'isComplete' | 'detail'>): void {
    this.#observer.imported({ connection: this.connection.name, number: this.number.id, ...list });
  }

  /** Leaves the whole connection alone for so long, in ms: it was asked too much. */
  pause(milliseconds: number): void {
    this.connection.gate.pause(milliseconds);
    this.#observer.paused(this.connection.name, 'busy', milliseconds);
  }

  /** Tells the store what became of pushes. What it cannot take now is kept with the lane, for the next who comes. */
  async settle(settlements: readonly Settlement[]): Promise<void> {
    const { lane } = this;
    const all = [...lane.kept, ...settlements];
    if (all.length === 0) return;
    lane.kept = all;
    await this.failpoint('before_settle');
    const apps = await this.pushes.settle(lane.number, all, this.clock(), lane.holding.lease);
    lane.kept = [];
    for (const owner of apps) this.#wakeApp(owner);
    await this.failpoint('after_settle');
    for (const [kind, group] of Map.groupBy(all, ({ result }): PushResult['kind'] => result.kind))
      this.#observer.settled(this.connection.name, kind, group.length);
  }

  /** What holds for more than what was asked is noted, whoever finds out. */
  async #heed<Answer extends Asked<unknown>>(asking: Promise<Answer>): Promise<Answer> {
    const answer = await asking;
    const { failure } = answer;
    if (failure?.kind === 'token') this.#stop(failure);
    else if (failure?.kind === 'number') this.#raise(failure);
    else if (!failure) this.connection.unknownNumbers.delete(this.number.id);
    return answer;
  }

  /** A token that is not accepted stops the connection. */
  #stop({ code = 190, detail }: Failure): void {
    const { connection } = this;
    if (connection.stop) return;
    const stop: Stop = { connection: connection.name, code, detail, at: this.clock() };
    connection.stop = stop;
    this.#observer.stopped(stop);
  }

  #raise({ code = 100, detail }: Failure): void {
    const { number, connection, upstream } = this;
    const { unknownNumbers } = connection;
    if (unknownNumbers.has(number.id)) return;
    const names = { number: number.id, connection: connection.name, numberId: upstream.numberId };
    const unknown: UnknownNumber = { ...names, code, detail, at: this.clock() };
    unknownNumbers.set(number.id, unknown);
    this.#observer.unknown(unknown);
  }
}
