/** Compares a list with its provider's, and says what of each is to become of the other. */
import type { BusinessNumber } from './numbers.ts';
import type { Actor, Preference, ProviderList, ReconcileJob } from './ports.ts';
import type { SyncState } from './push.ts';
import { type KnownIds, UserIndex } from './user.ts';

/** A list as it is here, and what its provider was told of it. */
export interface OurList {
  readonly entries: readonly (KnownIds & { readonly state: SyncState })[];
  /** Unblocked here, which the provider has not confirmed. */
  readonly removals: readonly KnownIds[];
  /** Of whom something changed here while the lists were read: what was read does not count for them. */
  readonly news: UserIndex;
}

export interface Difference {
  readonly user: KnownIds;
  /** In plain words. */
  readonly reason: string;
}

export interface ReconcilePlan {
  /** They list the user, we do not, and nobody here asked for it. */
  readonly add: readonly Difference[];
  /** We were told that they list the user, and they do not. */
  readonly remove: readonly Difference[];
  /** Both say something else than when they last agreed. */
  readonly conflicts: readonly Difference[];
  /** Blocked here, and listed there without our knowing: nobody has to be told. */
  readonly agreed: readonly KnownIds[];
  /** Why nobody is in `remove`, whoever may be missing there. */
  readonly keptBecause?: 'incomplete' | 'empty';
}

/** How many users each list holds. */
export interface ListSizes {
  readonly ours: number;
  readonly theirs: number;
}

export interface ReconcileRequest {
  readonly number: BusinessNumber;
  /** False: it is a plan, and nothing changes. */
  readonly apply: boolean;
  /** Needed to apply it. */
  readonly prefer?: Preference;
  readonly isConfirmed: boolean;
  readonly by: Actor;
}

export interface ReconcileAnswer {
  readonly plan: ReconcilePlan;
  readonly sizes: ListSizes;
  readonly confirmRequired: boolean;
  /** It is done in the background. */
  readonly job?: ReconcileJob;
}

/** Reconciles lists with their providers'. */
export interface Reconciling {
  /** `running`: a job of the number is under way. Refuses (`upstream_failed`) if the provider's list cannot be read. */
  reconcile(request: ReconcileRequest): Promise<ReconcileAnswer | 'running'>;
  /** The number's last job. */
  last(number: BusinessNumber['id']): Promise<ReconcileJob | undefined>;
}

/** More removals than this, or than this part of a list, are done only if somebody insists. */
const manyRemovals = 100;
const largePart = 0.1;

const reasons = {
  add: 'The provider lists this user; nobody blocked them here.',
  remove: 'The provider had this block, and does not list the user any more.',
  conflict: 'Unblocked here, and the provider, which has not confirmed it, lists the user.',
} as const;

/**
 * Three ways: who is `synced` or unblocked without a confirmation was listed there when both last agreed. Who is on the way to
 * the provider is no difference. An incomplete list says nothing of those who are not in it, and no more does an empty one,
 * unless ours is right: then nobody is unblocked for it.
 */
export function planReconcile(ours: OurList, theirs: ProviderList, prefer: Preference = 'theirs'): ReconcilePlan {
  const listed = new UserIndex(theirs.users);
  const known = new UserIndex(ours.entries);
  const removed = new UserIndex(ours.removals);
  const entries = ours.entries.filter((entry) => !ours.news.has(entry));
  const missing = entries.filter((entry) => entry.state === 'synced' && !listed.has(entry));
  const isEmpty = missing.length > 0 && theirs.users.length === 0 && prefer === 'theirs';
  const keptBecause = theirs.isComplete ? (isEmpty ? 'empty' : undefined) : 'incomplete';
  const strangers = distinct(theirs.users).filter((user) => !known.has(user) && !ours.news.has(user));
  return {
    add: strangers.filter((user) => !removed.has(user)).map(differing(reasons.add)),
    remove: keptBecause ? [] : missing.map(differing(reasons.remove)),
    conflicts: strangers.filter((user) => removed.has(user)).map(differing(reasons.conflict)),
    agreed: entries.filter((entry) => entry.state !== 'synced' && listed.has(entry)).map(idsAlone),
    ...(keptBecause && { keptBecause }),
  };
}

/** Whether the plan unblocks so many, here or there, that it may be a mistake. Without a preference: as for `theirs`. */
export function needsConfirmation(
  { add, remove, conflicts }: ReconcilePlan,
  sizes: ListSizes,
  prefer: Preference = 'theirs',
): boolean {
  const [removals, of] =
    prefer === 'theirs' ? [remove.length, sizes.ours] : [add.length + conflicts.length, sizes.theirs];
  return removals > manyRemovals || removals > of * largePart;
}

function differing(reason: string): (user: KnownIds) => Difference {
  return (user) => ({ user: idsAlone(user), reason });
}

function idsAlone({ waId, userId }: KnownIds): KnownIds {
  return { ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) };
}

/** A list that changes while it is read may name a user twice. */
function distinct(users: readonly KnownIds[]): KnownIds[] {
  const seen = new UserIndex();
  return users.filter((user) => {
    if (seen.has(user)) return false;
    seen.add(user);
    return true;
  });
}
