import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../core/connections.ts';
import { Refusal } from '../core/errors.ts';
import type { ConnectionName, PhoneNumberId, SealedSecret } from '../core/ids.ts';
import type { Directory, Stop, UnknownNumber } from '../core/ports.ts';
import type { Caller } from '../dialects/dialect.ts';
import { type ConnectionParts, OpenConnection } from './connection.ts';

/** Opens what was sealed for a place. Throws for what it cannot open. */
export interface Opener {
  open(sealed: SealedSecret, place: string): string;
}

export interface ConnectionsParts extends Omit<ConnectionParts, 'caller' | 'token'> {
  readonly directory: Pick<Directory, 'connection'>;
  /** Who speaks to a provider, by its name. */
  callerOf(provider: string): Caller | undefined;
  readonly sealer: Opener;
  /** Whether a connection can change without this process being told. */
  readonly isShared: boolean;
}

interface Opened {
  readonly connection: OpenConnection;
  /** What it was opened by. */
  readonly of: Connection;
}

interface Entry {
  readonly opening: Promise<Opened>;
  opened?: Opened;
  /** Until when it is what it was, as far as has to be known; by a clock that never goes back. */
  freshUntil: number;
}

/** The connections, each opened when it is first asked for and until it changes. */
export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #entries = new Map<ConnectionName, Entry>();
  /** Changed, and maybe still in use. */
  readonly #old = new Map<OpenConnection, NodeJS.Timeout>();
  readonly #closing = new Set<Promise<void>>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  /** Refuses (`upstream_failed`) if it is not there or cannot be opened, which is tried anew by the next who asks. */
  open(name: ConnectionName): OpenConnection | Promise<OpenConnection> {
    const known = this.#entries.get(name);
    if (!known) return this.#openAnew(name);
    if (!known.opened) return known.opening.then(({ connection }) => connection);
    return known.freshUntil > performance.now() ? known.opened.connection : this.#lookAgain(name, known);
  }

  /** Somebody read what the connection is now. */
  compare(connection: Connection): void {
    const { opened } = this.#entries.get(connection.name) ?? {};
    if (opened && !isDeepStrictEqual(opened.of, connection)) this.forget(connection.name);
  }

  /** The connection is not what it was: who asks from now on gets it as it is then. */
  forget(name: ConnectionName): void {
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    if (entry) void this.#retire(entry);
  }

  stops(): readonly Stop[] {
    return [...this.#entries.values()].flatMap(({ opened }) => opened?.connection.stop ?? []);
  }

  unknownNumbers(): readonly UnknownNumber[] {
    return [...this.#entries.values()].flatMap(({ opened }) => [...(opened?.connection.unknownNumbers.values() ?? [])]);
  }

  /** The number is not what it was: who asks for it next finds out whether its provider knows it. */
  forgetNumber(number: PhoneNumberId): void {
    for (const { opened } of this.#entries.values()) opened?.connection.unknownNumbers.delete(number);
  }

  async close(): Promise<void> {
    const { closeGrace } = this.#parts.limits;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { opened } of entries) if (opened) this.#close(opened.connection, closeGrace);
    for (const [connection, timer] of this.#old) {
      clearTimeout(timer);
      this.#close(connection, closeGrace);
    }
    await Promise.all(this.#closing);
  }

  /** Whoever asks meanwhile, or while the store cannot be read, gets it as it was. */
  async #lookAgain(name: ConnectionName, entry: Entry): Promise<OpenConnection> {
    entry.freshUntil = this.#freshUntil();
    const connection = await this.#parts.directory.connection(name).catch(unlessUnread);
    if (connection === 'unread' && entry.opened) return entry.opened.connection;
    if (connection && connection !== 'unread') this.compare(connection);
    else this.forget(name);
    const { opened } = this.#entries.get(name) ?? {};
    return opened?.connection ?? this.open(name);
  }

  #freshUntil(): number {
    const { isShared, limits } = this.#parts;
    return isShared ? performance.now() + limits.noticeAfter : Number.POSITIVE_INFINITY;
  }

  async #openAnew(name: ConnectionName): Promise<OpenConnection> {
    const entry: Entry = { opening: this.#open(name), freshUntil: this.#freshUntil() };
    this.#entries.set(name, entry);
    try {
      entry.opened = await entry.opening;
      return entry.opened.connection;
    } catch (error) {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      throw error;
    }
  }

  async #open(name: ConnectionName): Promise<Opened> {
    try {
      const { directory, sealer, callerOf } = this.#parts;
      const connection = await directory.connection(name);
      const caller = connection && callerOf(connection.provider);
      if (!connection || !caller)
        throw new Error(`there is no connection ${name}, or nobody who speaks to its provider`);
      const parts = { ...this.#parts, caller, token: tokenOf(connection, sealer) };
      return { connection: new OpenConnection(connection, parts), of: connection };
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      throw new Refusal({ kind: 'upstream_failed', timedOut: false }, cause);
    }
  }

  /** Who holds it goes on; nobody else gets it. */
  async #retire({ opening }: Entry): Promise<void> {
    try {
      const { connection } = await opening;
      const { changeGrace, closeGrace } = this.#parts.limits;
      const timer = setTimeout(() => this.#close(connection, closeGrace), changeGrace).unref();
      this.#old.set(connection, timer);
    } catch {
      // What could not be opened needs no end.
    }
  }

  #close(connection: OpenConnection, grace: number): void {
    this.#old.delete(connection);
    const closing = connection.close(grace).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function tokenOf({ name, secrets }: Connection, sealer: Opener): string {
  if (secrets.token === undefined) throw new Error(`connection ${name} has no token`);
  return sealer.open(secrets.token, `${name}/token`);
}

/** Not to know is no reason to stop what works. */
function unlessUnread(error: unknown): 'unread' {
  if (error instanceof Refusal && error.reason.kind === 'store_unavailable') return 'unread';
  throw error;
}
