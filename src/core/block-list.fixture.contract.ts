/** A number's list as plain data, for tests of what is decided on it. */
import type { ListState, Person, Plan } from './block-list.ts';
import type { Bsuid, WaId } from './ids.ts';
import { variantKey } from './phone-variants.ts';
import { type OwnRules, type PushRules, presets } from './rules.ts';
import { type AskedUser, parseUser } from './user.ts';

export const at = Date.UTC(2026, 2, 1, 12);
export const hour = 3_600_000;

export interface PersonParts {
  readonly waId?: string | undefined;
  readonly userId?: string;
  readonly settled?: boolean;
  readonly lastMessageAt?: number;
  readonly blockedSeq?: number;
}

export function person(id: number, { waId, userId, settled = false, ...times }: PersonParts): Person {
  return {
    id,
    settled,
    ...(waId !== undefined && { waId: waId as WaId }),
    ...(userId !== undefined && { userId: userId as Bsuid }),
    ...times,
  };
}

export interface ListParts {
  /** Those of a number without an upstream may be told in part. */
  readonly rules?: Partial<OwnRules> | PushRules;
  readonly count?: number;
  readonly version?: number;
  readonly seq?: number;
  readonly ownWaId?: string;
  readonly businesses?: readonly (string | undefined)[];
  /** By the id of the person. */
  readonly reasons?: ReadonlyMap<number, string>;
}

/** A list on which these people are known; its own phone number is 15550783881, unless told otherwise. */
export function listOf(people: readonly Person[], parts: ListParts = {}): ListState {
  const { businesses = [], reasons = new Map() } = parts;
  return {
    count: parts.count ?? people.filter(({ blockedSeq }) => blockedSeq !== undefined).length,
    version: parts.version ?? 0,
    seq: parts.seq ?? people.length,
    rules: parts.rules && 'push' in parts.rules ? parts.rules : { ...presets.open, ...parts.rules },
    ownWaId: (parts.ownWaId ?? '15550783881') as WaId,
    find(user) {
      const exact = people.find((one) => (user.kind === 'wa_id' ? one.waId === user.waId : one.userId === user.userId));
      if (exact) return { person: exact, by: user.kind };
      const key = user.kind === 'wa_id' ? variantKey(user.waId) : undefined;
      const variant = people.find(({ waId }) => key !== undefined && waId !== undefined && variantKey(waId) === key);
      return variant && { person: variant, by: 'variant' };
    },
    isBusiness: (waId) => businesses.includes(waId),
    reasonOf: ({ id }) => reasons.get(id),
  };
}

export function asked(...texts: readonly (string | undefined)[]): AskedUser[] {
  return texts.map((input = '') => ({ input, user: parseUser(input) }));
}

/** What became of each user, in a word. */
export function verdicts({ outcomes }: Plan): string[] {
  return outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.why : outcome.kind));
}
