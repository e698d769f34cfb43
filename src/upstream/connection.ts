import { TimeoutStrategy, timeout } from 'cockatiel';
import { type Dispatcher, Pool } from 'undici';
import type { Connection } from '../core/connections.ts';
import { Refusal } from '../core/errors.ts';
import type { ConnectionName, PhoneNumberId } from '../core/ids.ts';
import type { Clock, Stop, UnknownNumber } from '../core/ports.ts';
import type { Caller, Line, OutwardAnswer, OutwardCall } from '../dialects/dialect.ts';
import { CallError, exchange } from './exchange.ts';
import { type AnyReading, type Asked, type Failure, failureOf, lostCall } from './failure.ts';
import { failsAlways, Gate } from './gate.ts';
import type { Guard } from './guard.ts';
import type { UpstreamLimits } from './limits.ts';
import type { CallPurpose, UpstreamObserver } from './observer.ts';

export interface ConnectionParts {
  readonly caller: Caller;
  readonly token: string;
  readonly guard: Guard;
  readonly clock: Clock;
  /** For what paces the calls (`GateOptions`). */
  readonly ticks?: Clock | undefined;
  readonly limits: UpstreamLimits;
  readonly observer: UpstreamObserver;
}

/** A call outward, and how its answer is read. */
export interface Question<Reading> {
  readonly number: PhoneNumberId;
  readonly purpose: CallPurpose;
  readonly call: OutwardCall;
  read(answer: OutwardAnswer): Reading;
}

/** A connection as it was when it was opened: who calls through it, and by what. */
export class OpenConnection {
  readonly name: ConnectionName;
  readonly caller: Caller;
  readonly token: string;
  readonly apiVersion: string | null;
  /** How long a request that passes through may wait for its turn, in ms. */
  readonly patience: number;
  readonly gate: Gate;
  /** Why nothing is pushed through it. */
  stop: Stop | undefined;
  /** Whom the provider does not know, by the number's id here. */
  readonly unknownNumbers = new Map<PhoneNumberId, UnknownNumber>();
  readonly #parts: ConnectionParts;
  /** Apart from the other one, so that uploads keep no push waiting. */
  readonly #calls: Pool;
  readonly #passing: Pool;
  /** Whether who comes next to pass has to wait, as far as we know. */
  #isFull = false;

  /** Throws for an origin to which no connection may lead. */
  constructor({ name, origin: ownOrigin, apiVersion }: Connection, parts: ConnectionParts) {
    const { caller, token, guard, ticks, limits, observer } = parts;
    const origin = ownOrigin ?? caller.origin;
    const fault = guard.checkOrigin(origin);
    if (fault !== undefined) throw new Error(`origin must ${fault}`);
    this.name = name;
    this.caller = caller;
    this.token = token;
    this.apiVersion = apiVersion;
    this.patience = limits.passingPatience;
    this.#parts = parts;
    this.gate = new Gate({
      limits,
      ticks,
      isBroken: (asked) => (asked as Asked<unknown>).failure?.kind === 'broken',
      onBreak: (milliseconds) => observer.paused(name, 'broken', milliseconds),
    });
    const { connectTimeout, callTimeout } = limits;
    const shared = {
      // What goes over HTTP/1.1 arrives as it was written.
      allowH2: false,
      connect: { lookup: guard.lookupFor(origin), timeout: connectTimeout },
      keepAliveMaxTimeout: 30_000,
    };
    this.#calls = new Pool(origin, {
      ...shared,
      // A number has one call at a time: those that are pushed, and as many whose clients wait.
      connections: limits.numbersAtOnce * 2,
      headersTimeout: callTimeout,
      bodyTimeout: callTimeout,
    });
    // Who passes a request says how long its answer may take.
    this.#passing = new Pool(origin, { ...shared, connections: limits.passingAtOnce });
  }

  /** Why it makes no sense to ask now. */
  get unready(): Failure | undefined {
    if (this.stop) return { kind: 'token', code: this.stop.code, detail: this.stop.detail, isUnknown: false };
    const { closed } = this.gate;
    if (!closed) return undefined;
    const detail = closed.why === 'busy' ? 'The provider asked for a pause' : failsAlways;
    return { kind: closed.why, detail, isUnknown: false };
  }

  line(numberId: PhoneNumberId): Line {
    return { numberId, token: this.token, apiVersion: this.apiVersion };
  }

  /**
   * Sends a client's request through; the origin and where it may connect to are the connection's own. Refuses (`overloaded`)
   * while too many wait.
   */
  dispatch(options: Omit<Dispatcher.DispatchOptions, 'origin'>, handler: Dispatcher.DispatchHandler): void {
    const passing = this.#passing;
    // To count who waits costs more than to send.
    if (this.#isFull && passing.stats.queued >= this.#parts.limits.passingWaiting)
      throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
    this.#isFull = !passing.dispatch(options, handler);
  }

  /** Makes a call of our own. Never throws: what goes wrong is a failure. */
  async ask<Reading extends AnyReading>(question: Question<Reading>, signal: AbortSignal): Promise<Asked<Reading>> {
    const began = performance.now();
    const asked = await this.#ask(question, signal);
    const { number, purpose } = question;
    this.#parts.observer.called({
      connection: this.name,
      number,
      purpose,
      result: asked.failure?.kind ?? 'answered',
      ...(asked.failure && { detail: asked.failure.detail }),
      milliseconds: performance.now() - began,
    });
    return asked;
  }

  async #ask<Reading extends AnyReading>(question: Question<Reading>, signal: AbortSignal): Promise<Asked<Reading>> {
    const { clock, limits } = this.#parts;
    const { callTimeout, answerBytes } = limits;
    const limited = timeout(callTimeout, TimeoutStrategy.Cooperative);
    try {
      return await this.gate.pass(async () => {
        const options = (inner: AbortSignal) => ({ signal: inner, answerBytes, clock });
        const answer = await limited.execute(
          (_context, inner) => exchange(this.#calls, question.call, options(inner)),
          signal,
        );
        const reading = question.read(answer);
        if (reading.kind === 'failed') return { failure: failureOf(reading.failure, answer.status) };
        return { reading: reading as Exclude<Reading, { readonly kind: 'failed' }> };
      }, signal);
    } catch (error) {
      if (error instanceof CallError) return { failure: lostCall(error) };
      throw error;
    }
  }

  /** Lets what is under way go on for so long, in ms. */
  async close(grace: number): Promise<void> {
    const pools = [this.#calls, this.#passing].filter(({ closed }) => !closed);
    const timer = setTimeout(() => {
      for (const pool of pools) void pool.destroy();
    }, grace);
    await Promise.all(pools.map((pool) => pool.close()));
    clearTimeout(timer);
  }
}
