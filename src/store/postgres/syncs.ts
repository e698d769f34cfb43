/** Where the users of a pushed list stand at the provider. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { Sync } from '../../core/push.ts';
import { type Target, targetOf } from '../changes/push-targets.ts';
import { type SyncRow, toRemoval, toSync } from '../changes/sync-rows.ts';
import { isOutdated, pushedLists } from './push-lists.ts';
import type { Session } from './session.ts';

/** The entries with where each stands. */
export async function readSyncs(
  session: Session,
  number: PhoneNumberId,
  entries: readonly BlockEntry[],
): Promise<BlockEntry[]> {
  if (entries.length === 0) return [];
  const targets = entries.map(targetOf);
  const rows = await session.query<SyncRow & { readonly target: Target }>(blocksSql, [number, targets]);
  const syncs = new Map(rows.map((row) => [row.target, toSync(row)]));
  return entries.map((entry) => ({ ...entry, sync: syncs.get(targetOf(entry)) ?? { state: 'pending' } }));
}

/** Of a user who is not blocked, by the ids that the provider may have been told. */
export async function readRemoval(
  session: Session,
  number: PhoneNumberId,
  targets: readonly Target[],
): Promise<Sync | undefined> {
  const [row] = await session.query<SyncRow>(removalSql, [number, targets]);
  return row && toRemoval(row);
}

const columns = 'target, state, code, detail, last_attempt_at, due';

/** Nobody was told of yet on a list that is to be begun again. */
const blocksSql = {
  name: 'syncs_of_blocks',
  text: `SELECT ${columns} FROM push
    WHERE number = $1 AND target = ANY($2::text[]) AND goal = 'block'
      AND generation > (
        SELECT enqueue_through FROM ${pushedLists} WHERE business_number.id = $1 AND NOT ${isOutdated})`,
};

const removalSql = {
  name: 'sync_of_removal',
  text: `SELECT ${columns} FROM push WHERE number = $1 AND target = ANY($2::text[]) AND goal = 'unblock' LIMIT 1`,
};
