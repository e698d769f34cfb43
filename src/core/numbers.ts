import { type App, type AppPatch, changeApp } from './apps.ts';
import type { AccountName, ConnectionName, PhoneNumberId, WaId } from './ids.ts';
import { arePushed, type OwnRules, type PushRules, presets, type Rules, type RulesPatch } from './rules.ts';

/** What a number's list is pushed through: a connection to its provider, and the id that the provider knows the number by. */
export interface Upstream {
  readonly connection: ConnectionName;
  readonly numberId: PhoneNumberId;
}

/** What happens to what a number sends while nobody can tell whether its recipient is blocked. */
export type OnStoreFailure = 'refuse' | 'pass';

/** A business phone number that is hosted here. */
export interface BusinessNumber {
  readonly id: PhoneNumberId;
  readonly account: AccountName;
  /** The phone number as people write it, and its digits. */
  readonly displayPhoneNumber: string;
  readonly waId: WaId;
  readonly name: string | null;
  /** null: this list is the truth. Else the rules are `PushRules`. */
  readonly upstream: Upstream | null;
  readonly rules: Rules;
  readonly onStoreFailure: OnStoreFailure;
  /** null: its webhooks go to the account's app, if that has one. */
  readonly app: App | null;
  readonly createdAt: number;
}

/** What a PUT says of a number: what is absent stays. */
export interface NumberPatch {
  readonly phone?: { readonly displayPhoneNumber: string; readonly waId: WaId };
  readonly name?: string | null;
  readonly account?: AccountName;
  /** Without `numberId` the provider knows the number by the id that it has here. null: no upstream any more. */
  readonly upstream?: { readonly connection: ConnectionName; readonly numberId?: PhoneNumberId } | null;
  /**
   * A preset replaces all rules; rules in part take the rest from what the number has, else from its default preset, which
   * null stands for.
   */
  readonly rules?: RulesPatch | null;
  readonly onStoreFailure?: OnStoreFailure;
  readonly app?: AppPatch | null;
}

/** Why a PUT makes no number: a new one needs a phone; some rules are for numbers with an upstream, others for those without. */
export type NumberFault =
  | { readonly kind: 'no_display_phone_number' }
  /** A new app needs its url. */
  | { readonly kind: 'no_app_url' }
  /** `rules` are the names of those that do not fit; empty: the preset does not. */
  | { readonly kind: 'rules_do_not_fit'; readonly rules: readonly RuleName[]; readonly hasUpstream: boolean };

export type RuleName = keyof OwnRules | keyof PushRules;

/** The account of numbers, keys and connections for which none is named. */
export const defaultAccount = 'default' as AccountName;

/** The number as it is after a PUT. `at` is in ms since the epoch. */
export function changeNumber(
  id: PhoneNumberId,
  before: BusinessNumber | undefined,
  patch: NumberPatch,
  at: number,
): BusinessNumber | NumberFault {
  const phone = patch.phone ?? before;
  if (!phone) return { kind: 'no_display_phone_number' };
  const upstream = patch.upstream === undefined ? (before?.upstream ?? null) : toUpstream(id, patch.upstream);
  const rules = changeRules(before?.rules ?? presets.open, patch.rules, upstream !== null);
  if ('kind' in rules) return rules;
  const app = patch.app === undefined ? (before?.app ?? null) : changeApp(before?.app ?? null, patch.app);
  if (app === undefined) return { kind: 'no_app_url' };
  return {
    id,
    account: patch.account ?? before?.account ?? defaultAccount,
    displayPhoneNumber: phone.displayPhoneNumber,
    waId: phone.waId,
    name: patch.name === undefined ? (before?.name ?? null) : patch.name,
    upstream,
    rules,
    onStoreFailure: patch.onStoreFailure ?? before?.onStoreFailure ?? 'refuse',
    app,
    createdAt: before?.createdAt ?? at,
  };
}

export function isNumberFault(changed: BusinessNumber | NumberFault): changed is NumberFault {
  return 'kind' in changed;
}

function toUpstream(id: PhoneNumberId, upstream: NonNullable<NumberPatch['upstream']> | null): Upstream | null {
  return upstream && { connection: upstream.connection, numberId: upstream.numberId ?? id };
}

/** What numbers with an upstream, and those without, have rules for besides those of all numbers. */
const ownRules: readonly RuleName[] = ['window', 'capacity'];
const pushRules: readonly RuleName[] = ['push', 'pushCapacity'];

/** A number that gets an upstream, or loses it, keeps what both kinds have and takes the rest from its default preset. */
function changeRules(before: Rules, change: RulesPatch | null | undefined, hasUpstream: boolean): Rules | NumberFault {
  if (change === null) return hasUpstream ? presets.gateway : presets.open;
  if (typeof change === 'string') {
    const preset = presets[change];
    return arePushed(preset) === hasUpstream ? preset : { kind: 'rules_do_not_fit', rules: [], hasUpstream };
  }
  const foreign = hasUpstream ? ownRules : pushRules;
  const unfit = Object.keys(change ?? {}).filter((name): name is RuleName => foreign.includes(name as RuleName));
  if (unfit.length > 0) return { kind: 'rules_do_not_fit', rules: unfit, hasUpstream };
  const { paging, partialFailureStatus } = before;
  const start =
    arePushed(before) === hasUpstream
      ? before
      : { ...(hasUpstream ? presets.gateway : presets.open), paging, partialFailureStatus };
  return { ...start, ...change };
}
