/** What the scenarios share: the load process, a folder, and servers that are started when the first of them asks. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { attach, forward, type Installation, install } from './installation.ts';
import type { Measured, Stream } from './load/job.ts';
import { LoadProcess } from './load/load-process.ts';
import type { Sample } from './sample.ts';
import { type App, type AppState, startApp } from './servers/app.ts';
import { startBare } from './servers/bare.ts';
import { type GatehouseOptions, startGatehouse, type Variant } from './servers/gatehouse.ts';
import { installPeers, type Peer, startPeer } from './servers/peers.ts';
import { Postgres } from './servers/postgres.ts';
import { nginxIsMissing, startHttpProxy, startNginx, startProvider } from './servers/proxies.ts';
import type { Server } from './servers/server.ts';

export interface BenchOptions {
  /** Where databases lie: on the disk that is measured. */
  readonly data: string;
  /** Small lists and short slices, to see whether it works. */
  readonly quick: boolean;
  /** How long the longest list may be. */
  readonly entries: number;
}

/** A server, and what is known there. */
export interface Site {
  readonly server: Server;
  readonly at: Installation;
}

/** A Gatehouse that passes webhooks on. */
export interface IntakeSite extends Site {
  readonly app: App;
}

export interface IntakeOptions extends GatehouseOptions {
  readonly app: AppState;
}

/** Gatehouses that share a database of PostgreSQL. */
export interface PostgresSite {
  readonly url: string;
  readonly first: Server;
  readonly others: readonly Server[];
}

/** What is sent; to whom, and what is a good answer, is known. */
export type SliceStream = Omit<Stream, 'name' | 'port' | 'status'>;

export class Bench implements AsyncDisposable {
  readonly quick: boolean;
  readonly entries: number;
  readonly load = new LoadProcess();
  readonly #data: string;
  readonly #folder: string;
  readonly #sites = new Map<string, Promise<unknown>>();
  readonly #resources = new AsyncDisposableStack();

  constructor({ data, quick, entries }: BenchOptions) {
    this.quick = quick;
    this.entries = entries;
    mkdirSync(data, { recursive: true });
    this.#data = data;
    this.#folder = mkdtempSync(path.join(data, 'bench-'));
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
    this.#resources.defer(() => this.load.close());
  }

  /** A new folder that goes with the bench. */
  folder(): string {
    return mkdtempSync(path.join(this.#folder, 'x-'));
  }

  /** How many users a list holds that a scenario reads or adds to. */
  get listSize(): number {
    return this.quick ? 2_000 : 64_000;
  }

  /** Gatehouse over one of its stores, with one number and its full list. */
  gatehouse(variant: Variant = 'as shipped'): Promise<Site> {
    return this.#once(variant, async () => {
      const server = this.keep(await startGatehouse(this.folder(), { variant }));
      const at = await install(this.load, server.port, variant === 'store off' ? 0 : this.listSize);
      return { server, at };
    });
  }

  /** `node:http`, answering what Gatehouse answered. */
  bare(): Promise<Server> {
    return this.#once('bare', async () => {
      const { at } = await this.gatehouse();
      return this.keep(await startBare(this.folder(), { list: await at.somePage(), check: await at.someCheck() }));
    });
  }

  /** The same in front of a provider, with a list of its own. */
  gateway(variant: Variant = 'as shipped'): Promise<Site> {
    return this.#inFront(variant, async () => (await this.gatehouse(variant)).server);
  }

  /** The same without a line for each request: at a log level that operators choose for that. */
  quietGateway(): Promise<Site> {
    return this.#inFront('quiet', async () => this.keep(await startGatehouse(this.folder(), { logLevel: 'warn' })));
  }

  #inFront(name: string, start: () => Promise<Server>): Promise<Site> {
    return this.#once(`gateway, ${name}`, async () => {
      const server = await start();
      const at = await install(this.load, server.port, this.listSize);
      await attach(server.port, at, (await this.#provider()).port);
      return { server, at };
    });
  }

  /** A Gatehouse of its own, whose number has webhooks that go on to an app. */
  intake({ app: state, ...options }: IntakeOptions): Promise<IntakeSite> {
    return this.#once(`intake, ${options.variant}, ${state}`, async () => {
      const server = this.keep(await startGatehouse(this.folder(), options));
      const at = await install(this.load, server.port, this.listSize);
      await attach(server.port, at, (await this.#provider()).port);
      const app = await startApp(this.folder(), state, (started) => this.keep(started));
      await forward(server.port, at, app.port);
      return { server, at, app };
    });
  }

  /** What else stands in front of the same provider; a text: why it does not. */
  proxy(proxy: 'nginx' | '@fastify/http-proxy'): Promise<Server | string> {
    return this.#once(proxy, async () => {
      const start = proxy === 'nginx' ? startNginx : startHttpProxy;
      const missing = proxy === 'nginx' ? nginxIsMissing() : undefined;
      return missing ?? this.keep(await start(this.folder(), await this.#provider()));
    });
  }

  /** The one PostgreSQL of all scenarios. */
  postgres(): Promise<Postgres> {
    return this.#once('postgres', async () => {
      const postgres = await Postgres.start(this.#data);
      this.#resources.defer(() => postgres.stop());
      return postgres;
    });
  }

  /** So many Gatehouses over one new database of it. */
  async onPostgres(name: string, nodes = 1): Promise<PostgresSite> {
    const url = await (await this.postgres()).database(name);
    const start = async () => this.keep(await startGatehouse(this.folder(), { database: url }));
    // The first makes the tables.
    const first = await start();
    return { url, first, others: await Promise.all(Array.from({ length: nodes - 1 }, start)) };
  }

  peer(peer: Peer): Promise<Server> {
    return this.#once(peer, async () => this.keep(await this.startPeer(peer)));
  }

  async startPeer(peer: Peer): Promise<Server> {
    installPeers();
    const { at } = await this.gatehouse();
    return startPeer(peer, this.folder(), await at.somePage(), at.key);
  }

  /** The server stops when the bench ends. */
  keep(server: Server): Server {
    this.#resources.defer(() => server.stop());
    return server;
  }

  /** Runs when the bench ends. */
  onEnd(act: () => Promise<void>): void {
    this.#resources.defer(act);
  }

  /** Sends one stream for a slice, after a moment to get going. */
  slice(server: Server, stream: SliceStream): Promise<Sample> {
    return this.sliceOf([{ ...stream, server }], [server]);
  }

  /** Sends several side by side, and counts all of them together, and the processor time of these servers. */
  async sliceOf(
    streams: readonly (SliceStream & { readonly server: Server })[],
    servers: readonly { cpuMs(): number }[],
  ): Promise<Sample> {
    const [seconds, warm] = this.quick ? [0.3, 0.1] : [2, 0.3];
    const isCounted = streams.some(({ maxRequests }) => maxRequests !== undefined);
    const cpuMs = () => servers.reduce((sum, server) => sum + server.cpuMs(), 0);
    const before = cpuMs();
    const measured = await this.load.run({
      streams: streams.map(({ server, ...stream }, index) => ({
        ...stream,
        name: String(index),
        port: server.port,
        status: 200,
      })),
      seconds,
      warmSeconds: isCounted ? 0 : warm,
    });
    const cpu = cpuMs() - before;
    const all = Object.values(measured);
    const [only] = all;
    if (only && all.length === 1) return { ...toSample(only), cpu: (cpu * 1000) / only.sent };
    const sum = (of: (one: Measured) => number) => all.reduce((total, one) => total + of(one), 0);
    return { rate: sum(({ rate }) => rate), cpu: (cpu * 1000) / sum(({ sent }) => sent) };
  }

  /**
   * Sends so many requests that what they meet is compiled: until then Node's compiler works beside the server, and on few
   * cores takes from what the server and the load have.
   */
  async warm(server: Server, stream: Omit<Stream, 'name' | 'port' | 'status' | 'maxRequests'>): Promise<void> {
    const maxRequests = this.quick ? 100 : 30_000;
    await this.load.measure({ ...stream, port: server.port, status: 200, maxRequests }, 60);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #provider(): Promise<Server> {
    return this.#once('provider', async () => this.keep(await startProvider(this.folder())));
  }

  #once<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#sites.get(name) as Promise<Value> | undefined;
    const made = known ?? make();
    this.#sites.set(name, made);
    return made;
  }
}

export function toSample({ rate, p50, p99 }: Measured): Sample {
  return { rate, p50, p99 };
}
