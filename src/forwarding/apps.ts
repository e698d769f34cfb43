/** The apps, each opened when something is first sent to it and until it changes. */
import type { LookupFunction } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
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
  /** Whether an app can change without this process being told. */
  readonly isShared: boolean;
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
class OpenApp {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #secret: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limits: ForwardingLimits;

  /** Throws UnusableApp. */
  constructor(
    owner: AppOwner,
    { url, secret, headers }: App,
    { sealer, guard, limits }: Pick<AppsParts, 'sealer' | 'guard' | 'limits'>,
  ) {
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

interface Opened {
  readonly app: OpenApp;
  /** What it was opened by. */
  readonly of: App;
}

interface Entry {
  readonly opening: Promise<Opened | undefined>;
  /** Until when it is what it was, as far as has to be known; by a clock that never goes back. */
  freshUntil: number;
}

export class Apps {
  readonly #parts: AppsParts;
  readonly #opened = new Map<string, Entry>();

  constructor(parts: AppsParts) {
    this.#parts = parts;
  }

  /** `undefined`: there is none (any more). Throws UnusableApp, which is tried anew by the next who asks. */
  async open(owner: AppOwner): Promise<OpenApp | undefined> {
    const name = nameOf(owner);
    const known = this.#opened.get(name);
    if (known && known.freshUntil <= performance.now()) await this.#compare(owner, known);
    const { opening } = this.#opened.get(name) ?? this.#openAnew(owner, name);
    return (await opening)?.app;
  }

  /** The app is not what it was: who asks from now on gets it as it is then. */
  forget(owner: AppOwner): void {
    const known = this.#opened.get(nameOf(owner));
    this.#opened.delete(nameOf(owner));
    known?.opening.then((opened) => opened?.app.close()).catch(() => {});
  }

  /** Nothing is under way any more. */
  async close(): Promise<void> {
    const all = await Promise.allSettled([...this.#opened.values()].map(({ opening }) => opening));
    this.#opened.clear();
    await Promise.all(all.map((one) => one.status === 'fulfilled' && one.value?.app.destroy()));
  }

  #openAnew(owner: AppOwner, name: string): Entry {
    const entry: Entry = { opening: this.#open(owner), freshUntil: this.#freshUntil() };
    this.#opened.set(name, entry);
    const forget = () => {
      if (this.#opened.get(name) === entry) this.#opened.delete(name);
    };
    entry.opening.then((opened) => opened ?? forget(), forget);
    return entry;
  }

  /** Whoever asks meanwhile gets it as it was. */
  async #compare(owner: AppOwner, known: Entry): Promise<void> {
    known.freshUntil = this.#freshUntil();
    const [app, opened] = [await this.#read(owner), await known.opening.catch(() => undefined)];
    const isKnown = this.#opened.get(nameOf(owner)) === known;
    if (isKnown && !isDeepStrictEqual(app, opened?.of)) this.forget(owner);
  }

  #freshUntil(): number {
    const { isShared, limits } = this.#parts;
    return isShared ? performance.now() + limits.noticeAfter : Number.POSITIVE_INFINITY;
  }

  async #open(owner: AppOwner): Promise<Opened | undefined> {
    const app = await this.#read(owner);
    return app && { app: new OpenApp(owner, app, this.#parts), of: app };
  }

  async #read(owner: AppOwner): Promise<App | undefined> {
    const { directory } = this.#parts;
    const found = owner.kind === 'number' ? directory.number(owner.number) : directory.account(owner.account);
    return (await found)?.app ?? undefined;
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
