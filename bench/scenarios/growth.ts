import type { Bench } from '../bench.ts';
import { growthSizes, pgGrowthSizes } from '../floors.ts';
import { type Installation, install } from '../installation.ts';
import type { Requests } from '../load/job.ts';
import type { Sample } from '../sample.ts';
import type { Contender, Scenario } from '../scenario.ts';
import { startGatehouse } from '../servers/gatehouse.ts';
import type { Server } from '../servers/server.ts';

const connections = 32;
const quickSizes = [1_000, 3_000];
/** So few that the smallest list stays about as long as it says. */
const blocksPerSlice = 4_000;
/** Rows between the pages that are asked for: walking all of the largest list would take minutes. */
const pageStride = 1_000;
/** Up to here, blocks go to a new list of the size each time; a longer one hardly grows by them. */
const renewable = 100_000;

export const growth: Scenario = {
  name: 'growth',
  title: 'Checks, pages of 100 and blocks of one with ever more entries in one list, and the start with the most',
  open: (bench: Bench) => grow(bench, growthSizes, async () => undefined),
};

export const pgGrowth: Scenario = {
  name: 'pg-growth',
  title: 'The same on PostgreSQL, with a database for each size',
  async open(bench: Bench) {
    const postgres = await bench.postgres();
    return grow(bench, pgGrowthSizes, (size) => postgres.database(`growth_${size}`));
  },
};

/** `databaseFor` gives a URL, or nothing for SQLite. */
async function grow(
  bench: Bench,
  allSizes: readonly number[],
  databaseFor: (size: number) => Promise<string | undefined>,
): Promise<Contender[]> {
  const sizes = bench.quick ? quickSizes : allSizes.filter((size) => size <= bench.entries);
  const contenders: Contender[] = [];
  for (const size of sizes) {
    const grown = new Grown(bench, size, await databaseFor(size));
    await grown.open();
    const named = (what: string, slice: () => Promise<Sample>) => contenders.push({ name: `${what} ${size}`, slice });
    named('check', () => grown.check());
    named('list', () => grown.list());
    named('block', () => grown.block());
    if (size === sizes.at(-1)) named('start', () => grown.startAgain());
  }
  return contenders;
}

/** A Gatehouse of its own with one list of the size. */
class Grown {
  readonly #bench: Bench;
  readonly #size: number;
  readonly #folder: string;
  readonly #database: string | undefined;
  #server!: Server;
  #at!: Installation;
  #pages!: Requests;

  constructor(bench: Bench, size: number, database: string | undefined) {
    this.#bench = bench;
    this.#database = database;
    this.#size = size;
    this.#folder = bench.folder();
  }

  async open(): Promise<void> {
    const began = performance.now();
    await this.#start();
    this.#at = await install(this.#bench.load, this.#server.port, this.#size);
    this.#pages = await this.#at.pages(pageStride);
    console.log(`  ${this.#size} users blocked in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }

  check(): Promise<Sample> {
    return this.#ask({ requests: this.#at.checks() });
  }

  list(): Promise<Sample> {
    return this.#ask({ requests: this.#pages });
  }

  async block(): Promise<Sample> {
    const { load } = this.#bench;
    const at = this.#size <= renewable ? await install(load, this.#server.port, this.#size) : this.#at;
    return this.#ask({ requests: at.blocks(), maxRequests: blocksPerSlice });
  }

  /** Afterwards it is brought to speed again for the slices of the next round. */
  async startAgain(): Promise<Sample> {
    await this.#server.stop();
    await this.#start();
    this.#at = this.#at.at(this.#server.port);
    const { startMs } = this.#server;
    await this.check();
    await this.list();
    await this.block();
    return { start: startMs };
  }

  async #start(): Promise<void> {
    this.#server = this.#bench.keep(
      await startGatehouse(this.#folder, { ...(this.#database && { database: this.#database }) }),
    );
  }

  #ask(asked: { readonly requests: Requests; readonly maxRequests?: number }): Promise<Sample> {
    return this.#bench.slice(this.#server, { connections, ...asked });
  }
}
