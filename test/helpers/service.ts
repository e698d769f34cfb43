import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { readConfig } from '../../src/config/config.ts';
import type { Store } from '../../src/core/ports.ts';
import type { ServerLimits } from '../../src/http/server.ts';
import { startService } from '../../src/service.ts';
import { openStore } from '../../src/store/index.ts';
import type { UpstreamLimits } from '../../src/upstream/limits.ts';
import { afterwards } from './cleanup.ts';
import { adminKey, type Client, clientOf } from './client.ts';
import { databaseOf } from './database.ts';

export interface TestServiceOptions {
  /** Settings besides the port, the database and the admin key. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ServerLimits>;
  readonly upstreamLimits?: Partial<UpstreamLimits>;
  readonly watchEvery?: number;
  /** A folder that stays after the test's own; absent: a new one that goes with the test. */
  readonly data?: string;
  /** Instead of one that the service opens. */
  readonly store?: Store;
  /** Stands between the service and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

export interface TestService extends Client {
  readonly data: string;
  /** Now, as the service sees it, in ms since the epoch; a test moves it. */
  readonly clock: { now: number };
  /** What was logged, a JSON line each. */
  logged(): string;
  /** What the first start printed. */
  printed(): string;
  close(): Promise<void>;
}

/** A whole service in this process: real store, real socket, injected time. It ends with the test. */
export async function startTestService(t: TestContext, options: TestServiceOptions = {}): Promise<TestService> {
  const data = options.data ?? tempFolder(t);
  const start = Date.parse('2026-03-01T12:00:00Z');
  const clock = { now: start };
  const lines: string[] = [];
  const printed: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const database = await databaseOf(t, data);
  const service = await startService(
    readConfig({
      GATEHOUSE_PORT: '0',
      GATEHOUSE_DATABASE: database,
      GATEHOUSE_ADMIN_KEY: adminKey,
      GATEHOUSE_LOG_LEVEL: 'debug',
      GATEHOUSE_DEMO: 'off',
      ...options.env,
    }),
    {
      logger: pino({ level: 'debug' }, sink),
      print: (text) => printed.push(text),
      folder: data,
      clock: () => clock.now,
      ticks: () => performance.now() + clock.now - start,
      // A machine that runs other tests is no reason to refuse requests.
      limits: { eventLoopDelay: 0, ...options.limits },
      ...(options.upstreamLimits && { upstreamLimits: options.upstreamLimits }),
      ...(options.store && { store: options.store }),
      ...(options.watchEvery && { watchEvery: options.watchEvery }),
      ...(options.wrapStore && { store: options.wrapStore(await openStore(database)) }),
    },
  );
  afterwards(t, () => service.close());
  return {
    ...clientOf(service.url),
    data,
    clock,
    logged: () => lines.join(''),
    printed: () => printed.join(''),
    close: () => service.close(),
  };
}

/** A folder of the test's own, removed after it. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-test-'));
  afterwards(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What is wrong with an answer, in one line. */
export function expectStatus(answer: { status: number; text: string }, status: number): void {
  assert.equal(answer.status, status, answer.text);
}
