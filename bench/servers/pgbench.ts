/** PostgreSQL's own benchmark: how often a server does one thing, asked by a program in C that does nothing else. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Postgres } from './postgres.ts';
import { endedChildrenMs } from './server.ts';

/** How many ask at once: few leave the server idle while it waits for the disk, many get in each other's way. */
const clientCounts = [16, 48, 96];

/** Why it cannot run, if it cannot. */
export function pgbenchIsMissing(): string | undefined {
  const { status } = spawnSync('pgbench', ['--version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'pgbench is not installed (Debian has it in the package postgresql)';
}

export interface Counted {
  /** Transactions a second. */
  readonly rate: number;
  /** Processor time of server and client for each, in µs. */
  readonly cpu: number;
}

export class Pgbench {
  readonly #server: Postgres;
  readonly #url: string;
  readonly #script: string;

  /** `script` is what each transaction does; its files lie in `folder`. */
  constructor({ server, url, folder, script }: PgbenchParts) {
    this.#server = server;
    this.#url = url;
    this.#script = path.join(folder, 'script.sql');
    writeFileSync(this.#script, script);
  }

  /** The best of several counts of clients, each for so many seconds. */
  async best(seconds: number): Promise<Counted> {
    let best: Counted | undefined;
    for (const clients of clientCounts) {
      const counted = await this.#run(clients, seconds);
      if (!best || counted.rate > best.rate) best = counted;
    }
    return best ?? { rate: 0, cpu: 0 };
  }

  async #run(clients: number, seconds: number): Promise<Counted> {
    const before = this.#cpuMs();
    const options = [
      ...['--no-vacuum', '--protocol=prepared', `--file=${this.#script}`],
      ...[`--client=${clients}`, '--jobs=2', `--time=${seconds}`, this.#url],
    ];
    const { stdout } = await promisify(execFile)('pgbench', options);
    const [, done] = /number of transactions actually processed: (\d+)/.exec(stdout) ?? [];
    const [, rate] = /tps = ([\d.]+) \(without initial connection time\)/.exec(stdout) ?? [];
    if (!done || !rate || !/number of failed transactions: 0 /.test(stdout)) throw new Error(`pgbench said\n${stdout}`);
    return { rate: Number(rate), cpu: ((this.#cpuMs() - before) * 1000) / Number(done) };
  }

  #cpuMs(): number {
    return this.#server.cpuMs() + endedChildrenMs();
  }
}

export interface PgbenchParts {
  readonly server: Postgres;
  readonly url: string;
  readonly folder: string;
  readonly script: string;
}
