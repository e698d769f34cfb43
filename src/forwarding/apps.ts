/** The apps, each opened when something is first sent to it and until it changes. */
import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';
import { type App, type AppOwner, placeOfApp } from '../core/apps.ts';
import type { SealedSecret } from '../core/ids.ts';
import type { Delivery, Directory } from '../core/ports.ts';
import { SealError } from '../core/sealing.ts';
import { signed } from '../gateway/webhooks/sign.ts';
import type { ForwardingLimits } from './limits.ts';
import { type Posted, post } from './post.ts';

/** Opens what was sealed for a place. Throws a SealError for what it cannot open. */
export interface Opener {
  open(sealed: SealedSecret, place: string): string;
}

/** Says where connections may lead. */
export interface Guard {
  /** What is wrong with an origin: the end of the sentence "origin must …". */
  checkOrigin(origin: string): string | undefined;
  lookupFor(origin: string): LookupFunction;
}

export interface AppsParts {
  readonly directory: Pick<Directory, 'number' | 'account'>;
  readonly sealer: Opener;
  readonly guard: Guard;
  readonly limits: ForwardingLimits;
}

/** An app to which nothing can be sent as it is; the message says why, in plain words. */
export class UnusableApp extends Error {
  override readonly name = 'UnusableApp';
}

/** What tells an app from every other one. */
export function nameOf(owner: AppOwner): string {
  return owner.kind === 'number' ? `number ${owner.number}` : `account ${owner.account}`;
}

/** An app as it was when it was opened. */
export class OpenApp {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #secret: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limits: ForwardingLimits;

  /** Throws UnusableApp. */
  constructor(owner: AppOwner, { url, secret, headers }: App, { sealer, guard, limits }: Omit<AppsParts, 'directory'>) {
    const { origin, pathname, search } = new URL(url);
    const fault = guard.checkOrigin(origin);
    if (fault !== undefined) throw new UnusableApp(`The app's address must ${fault.replace(/\.$/, '')}`);
    const open = (sealed: SealedSecret, name: 'secret' | 'headers') =>
      openSecret(sealer, sealed, placeOfApp(owner, name));
    this.#secret = secret && open(secret, 'secret');
    this.#headers = headers ? toHeaders(open(headers, 'headers')) : {};
    this.#path = `${pathname}${search}`;
    this.#limits = limits;
    this.#pool = new Pool(origin, {
      allowH2: false,
      connect: { lookup: guard.lookupFor(origin), timeout: limits.connectTimeout },
      connections: limits.atOnce,
      keepAliveMaxTimeout: 30_000,
    });
  }

  /** Never throws. `undefined`: `signal` ended it. */
  post(
    { id, isBlocked }: Pick<Delivery, 'id' | 'isBlocked'>,
    text: string,
    signal: AbortSignal,
  ): Promise<Posted | undefined> {
    const body = Buffer.from(text);
    const headers = {
      'user-agent': 'gatehouse',
      ...this.#headers,
      'content-type': 'application/json',
      'x-gatehouse-delivery': id,
      ...(isBlocked && { 'x-gatehouse-blocked': 'true' }),
      ...(this.#secret !== undefined && signed(body, this.#secret)),
    };
    return post(this.#pool, { path: this.#path, headers, body }, this.#limits, signal);
  }

  /** Lets what is under way come to its end. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  destroy(): Promise<void> {
    return this.#pool.destroy();
  }
}

export class Apps {
  readonly #parts: AppsParts;
  readonly #opened = new Map<string, Promise<OpenApp | undefined>>();

  constructor(parts: AppsParts) {
    this.#parts = parts;
  }

  /** `undefined`: there is none (any more). Throws UnusableApp, which is tried anew by the next who asks. */
  open(owner: AppOwner): Promise<OpenApp | undefined> {
    const name = nameOf(owner);
    const known = this.#opened.get(name);
    if (known) return known;
    const opening = this.#open(owner);
    this.#opened.set(name, opening);
    const forget = () => {
      if (this.#opened.get(name) === opening) this.#opened.delete(name);
    };
    opening.then((app) => app ?? forget(), forget);
    return opening;
  }

  /** The app is not what it was: who asks from now on gets it as it is then. */
  forget(owner: AppOwner): void {
    const opening = this.#opened.get(nameOf(owner));
    this.#opened.delete(nameOf(owner));
    opening?.then((app) => app?.close()).catch(() => {});
  }

  /** Nothing is under way any more. */
  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#opened.values());
    this.#opened.clear();
    await Promise.all(all.map((one) => one.status === 'fulfilled' && one.value?.destroy()));
  }

  async #open(owner: AppOwner): Promise<OpenApp | undefined> {
    const { directory } = this.#parts;
    const found = owner.kind === 'number' ? directory.number(owner.number) : directory.account(owner.account);
    const app = (await found)?.app;
    return app ? new OpenApp(owner, app, this.#parts) : undefined;
  }
}

function openSecret(sealer: Opener, sealed: SealedSecret, place: string): string {
  try {
    return sealer.open(sealed, place);
  } catch (error) {
    if (error instanceof SealError) throw new UnusableApp('The secrets of the app cannot be opened');
    throw error;
  }
}

function toHeaders(json: string): Readonly<Record<string, string>> {
  const all = JSON.parse(json) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
}
