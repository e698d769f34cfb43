/** A PostgreSQL that loses nothing it acknowledged, from the package that the tests use. */
import path from 'node:path';
import { type Running, runPostgres } from '../../test/helpers/postgres.ts';
import { processorMs } from './server.ts';

/** What every server of production has: writes that are on the disk, room to work, and a log that is not cut all the time. */
const settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_connections: 400,
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
};
const logFileMib = 16;

export class Postgres {
  readonly #running: Running;

  private constructor(running: Running) {
    this.#running = running;
  }

  /** Its data lies in this folder, on the disk that is measured, or for root, where nobody else can reach it, in the system's. */
  static async start(folder: string): Promise<Postgres> {
    return new Postgres(await runPostgres(settings, { parent: path.resolve(folder), logFiles: logFileMib }));
  }

  /** Makes an empty database; gives its URL. */
  async database(name: string): Promise<string> {
    await this.query(`CREATE DATABASE ${name}`);
    return this.#running.cluster.url(name);
  }

  /** Gives the rows of the last statement. */
  query<Row extends object>(sql: string, database?: string): Promise<Row[]> {
    return this.#running.cluster.query<Row>(sql, database);
  }

  /** Processor time that all of its processes have taken so far, in ms. */
  cpuMs(): number {
    return processorMs(this.#running.pid());
  }

  stop(): Promise<void> {
    return this.#running.end();
  }
}
