import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, kinds } from './connection.ts';
import { failureOf, toRefusal } from './failures.ts';
import type { Pool } from './pool.ts';
import { type Sessions, type Transaction, UnknownOutcome } from './session.ts';

/** Transactions that meet make way for each other; so often one is done. */
const maxAttempts = 5;
/** Those that met do not begin again at the same time. */
const maxPauseMs = 20;

type Work<Value> = (session: Transaction) => Promise<Value>;

/** `patience`: how long each of its waits may take, for a connection and for an answer, in ms; absent: as the pool says. */
export function createSessions(pool: Pool, patience?: number): Sessions {
  const again = <Value>(work: (connection: Connection) => Promise<Value>) => attempt(pool, patience, work);
  return {
    read: (work) => again(work),
    snapshot: (work) => again((connection) => inTransaction(connection, 'snapshot', work)),
    transaction: (work) => again((connection) => inTransaction(connection, 'write', work)),
    write: (sql, values) =>
      again((connection) =>
        connection.commitsAlone
          ? connection.runAlone(sql, values)
          : inTransaction(connection, 'write', (session) => session.run(sql, values)),
      ),
    close: () => pool.close(),
  };
}

async function inTransaction<Value>(
  connection: Connection,
  kind: keyof typeof kinds,
  work: Work<Value>,
): Promise<Value> {
  connection.begin(kinds[kind]);
  let value: Value;
  try {
    value = await work(connection);
  } catch (error) {
    await connection.rollback();
    throw error;
  }
  try {
    await connection.commit();
  } catch (error) {
    // What was read is read.
    if (kind === 'write' || !(error instanceof UnknownOutcome)) throw error;
  }
  return value;
}

/** Does the work over a connection of the pool, and once more where its failure was not the work's. */
async function attempt<Value>(
  pool: Pool,
  patience: number | undefined,
  work: (connection: Connection) => Promise<Value>,
): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    if (attempts > 1) await delay(Math.random() * maxPauseMs);
    const connection = await lend(pool, patience);
    const { wasUsed } = connection;
    try {
      return await work(connection);
    } catch (error) {
      const failure = failureOf(error);
      const isGone = failure === 'lost' || failure === 'read-only';
      if (isGone || error instanceof UnknownOutcome) pool.forget();
      const mayGoAgain = failure === 'conflict' || (isGone && wasUsed);
      if (!mayGoAgain || attempts === maxAttempts) throw toRefusal(error);
    } finally {
      pool.release(connection);
    }
  }
}

async function lend(pool: Pool, patience: number | undefined): Promise<Connection> {
  try {
    const connection = await pool.acquire(patience);
    connection.patience = patience;
    return connection;
  } catch (error) {
    throw toRefusal(error);
  }
}
