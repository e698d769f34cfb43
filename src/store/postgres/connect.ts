import { Client, DatabaseError } from 'pg';
import { Connection } from './connection.ts';
import { ConnectionLost } from './failures.ts';
import { askSettings, isHasty, type ServerSettings } from './server-settings.ts';
import type { Host, Target } from './target.ts';
import { valueTypes } from './values.ts';

/** No server took us that can write. The message tells of each that was tried, a clause each. */
class NoServer extends ConnectionLost {
  constructor(faults: readonly { readonly host: Host; readonly error: unknown }[]) {
    const clauses = faults.map(({ host, error }) => `${host.host}:${host.port} ${whyNot(error)}`);
    super(clauses.join('; '), { cause: faults[0]?.error });
  }
}

class ReadOnly extends Error {}
class StandBy extends Error {}

/** What codes of the system say to whoever does not know them. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name could not be looked up',
};
const noSuchDatabase = '3D000';

export interface Connected {
  readonly connection: Connection;
  readonly host: Host;
}

/** Tries the hosts in this order until one can write. Throws `NoServer`. */
export async function connect(target: Target, hosts: readonly Host[]): Promise<Connected> {
  const faults: { host: Host; error: unknown }[] = [];
  for (const host of hosts) {
    try {
      return { connection: await connectTo(host, target), host };
    } catch (error) {
      faults.push({ host, error });
    }
  }
  throw new NoServer(faults);
}

async function connectTo(host: Host, target: Target): Promise<Connection> {
  try {
    return await open(host, target, target.tls !== undefined);
  } catch (error) {
    const hasNoTls = error instanceof Error && error.message === 'The server does not support SSL connections';
    if (!hasNoTls || !target.mayBePlain) throw error;
    return open(host, target, false);
  }
}

/**
 * Each statement reads by way of a key, and is planned once, not anew for the values of each call. What PostgreSQL believes of
 * the tables has it read one from end to end at times, or start processes of its own for a few rows.
 */
const planning = [
  'plan_cache_mode = force_generic_plan',
  'enable_seqscan = off',
  'max_parallel_workers_per_gather = 0',
];

async function open(host: Host, target: Target, isEncrypted: boolean): Promise<Connection> {
  const { timeouts, keepsSession } = target;
  const client = new Client({
    ...host,
    user: target.user,
    // A function, for else variables and files of libpq would be looked at.
    password: () => target.password,
    database: target.database,
    application_name: target.applicationName,
    ...(target.options !== undefined && { options: target.options }),
    ssl: isEncrypted ? { ...target.tls } : false,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: timeouts.connect,
    query_timeout: timeouts.answer,
    types: valueTypes,
    pipeline: true,
    ...(keepsSession && {
      statement_timeout: timeouts.statement,
      lock_timeout: timeouts.lock,
      idle_in_transaction_session_timeout: timeouts.idleInTransaction,
    }),
  });
  // A fault after the first is no news.
  client.on('error', () => {});
  try {
    await client.connect();
    const [{ rows }] = await Promise.all([
      client.query<ServerSettings>(askSettings),
      ...(keepsSession ? [client.query(planning.map((setting) => `SET ${setting}`).join('; '))] : []),
    ]);
    const [settings] = rows;
    if (!settings) throw new Error('gives no settings');
    if (settings.is_read_only) throw settings.is_standby ? new StandBy() : new ReadOnly();
    const hurry = isHasty(settings) ? ['synchronous_commit = on'] : [];
    if (keepsSession && hurry.length > 0) await client.query(`SET ${hurry.join('; SET ')}`);
    const lost = keepsSession ? [] : [...limits(target), ...hurry];
    const perTransaction = lost.map((setting) => `; SET LOCAL ${setting}`).join('');
    return new Connection({ client, settings, perTransaction, keepsSession });
  } catch (error) {
    // A socket that is being closed may still say so.
    client.end().catch(() => {});
    throw error;
  }
}

function limits({ timeouts }: Target): string[] {
  return [
    `statement_timeout = ${timeouts.statement}`,
    `lock_timeout = ${timeouts.lock}`,
    `idle_in_transaction_session_timeout = ${timeouts.idleInTransaction}`,
  ];
}

/** Why a host was of no use, as the end of a sentence that begins with it. */
function whyNot(error: unknown): string {
  if (error instanceof StandBy) return 'is read-only: a standby';
  if (error instanceof ReadOnly) return 'is read-only: default_transaction_read_only is on';
  if (error instanceof DatabaseError) {
    return `refuses (${error.message})${error.code === noSuchDatabase ? ': make it first' : ''}`;
  }
  if (!(error instanceof Error)) return 'cannot be reached';
  if (error.message === 'timeout expired') return 'does not answer';
  if (error.message.includes('client password must be')) return 'asks for a password';
  if (error.message === 'The server does not support SSL connections') return 'has no TLS, which sslmode asks for';
  if (error.message === 'There was an error establishing an SSL connection')
    return 'does not answer as PostgreSQL does: another program, or a server that can take nobody more';
  if ('code' in error && typeof error.code === 'string') {
    const meaning = meanings[error.code];
    return `cannot be reached (${error.code}${meaning === undefined ? '' : `: ${meaning}`})`;
  }
  return `was not of use (${error.message})`;
}
