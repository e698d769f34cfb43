/** What a server says of itself to whoever connects. */

/** As `SHOW` gives them. */
export interface ServerSettings {
  readonly is_read_only: boolean;
  readonly is_standby: boolean;
  readonly version: number;
  readonly encoding: string;
  readonly synchronous_commit: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  /** The server's process for this connection. */
  readonly pid: number;
  /** When that began: the same pid may be another one's later. */
  readonly started: string | null;
}

/** A standby is read-only too. */
export const askSettings = `SELECT
  pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only,
  pg_is_in_recovery() AS is_standby,
  current_setting('server_version_num')::int AS version,
  current_setting('server_encoding') AS encoding,
  current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes,
  pg_backend_pid() AS pid,
  (SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS started`;

/** Whether COMMIT answers before what it wrote is on this disk, and on that of the standbys that are to have it. */
export function isHasty({ synchronous_commit }: ServerSettings): boolean {
  return synchronous_commit !== 'on' && synchronous_commit !== 'remote_apply';
}

/** What would lose writes that were acknowledged, a sentence each. */
export function warningsOf(settings: ServerSettings): string[] {
  const warnings: string[] = [];
  if (settings.fsync === 'off') {
    warnings.push('PostgreSQL runs with fsync = off: a crash of its machine loses or damages what was acknowledged.');
  }
  if (settings.full_page_writes === 'off') {
    warnings.push('PostgreSQL runs with full_page_writes = off: a crash of its machine may damage the database.');
  }
  if (isHasty(settings)) {
    warnings.push(
      `PostgreSQL has synchronous_commit = ${settings.synchronous_commit}, which loses acknowledged writes; Gatehouse sets it to on for itself.`,
    );
  }
  return warnings;
}
