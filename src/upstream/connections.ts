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
}

interface Entry {
  readonly opening: Promise<OpenConnection>;
  opened?: OpenConnection;
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
    if (known) return known.opened ?? known.opening;
    const entry: Entry = { opening: this.#open(name) };
    this.#entries.set(name, entry);
    return this.#remember(name, entry);
  }

  /** The connection is not what it was: who asks from now on gets it as it is then. */
  forget(name: ConnectionName): void {
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    if (entry) void this.#retire(entry);
  }

  stops(): readonly Stop[] {
    return [...this.#entries.values()].flatMap(({ opened }) => opened?.stop ?? []);
  }

  unknownNumbers(): readonly UnknownNumber[] {
    return [...this.#entries.values()].flatMap(({ opened }) => [...(opened?.unknownNumbers.values() ?? [])]);
  }

  /** The number is not what it was: who asks for it next finds out whether its provider knows it. */
  forgetNumber(number: PhoneNumberId): void {
    for (const { opened } of this.#entries.values()) opened?.unknownNumbers.delete(number);
  }

  async close(): Promise<void> {
    const { closeGrace } = this.#parts.limits;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { opened } of entries) if (opened) this.#close(opened, closeGrace);
    for (const [connection, timer] of this.#old) {
      clearTimeout(timer);
      this.#close(connection, closeGrace);
    }
    await Promise.all(this.#closing);
  }

  async #remember(name: ConnectionName, entry: Entry): Promise<OpenConnection> {
    try {
      entry.opened = await entry.opening;
      return entry.opened;
    } catch (error) {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      throw error;
    }
  }

  async #open(name: ConnectionName): Promise<OpenConnection> {
    try {
      const { directory, sealer, callerOf } = this.#parts;
      const connection = await directory.connection(name);
      const caller = connection && callerOf(connection.provider);
      if (!connection || !caller)
        throw new Error(`there is no connection ${name}, or nobody who speaks to its provider`);
      return new OpenConnection(connection, { ...this.#parts, caller, token: tokenOf(connection, sealer) });
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      throw new Refusal({ kind: 'upstream_failed', timedOut: false }, cause);
    }
  }

  /** Who holds it goes on; nobody else gets it. */
  async #retire({ opening }: Entry): Promise<void> {
    try {
      const connection = await opening;
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
