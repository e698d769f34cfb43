import type { AccountName, PhoneNumberId, WaId } from './ids.ts';
import { type Preset, presets, type Rules } from './rules.ts';

/** A business phone number that is hosted here. */
export interface BusinessNumber {
  readonly id: PhoneNumberId;
  readonly account: AccountName;
  /** The phone number as people write it, and its digits. */
  readonly displayPhoneNumber: string;
  readonly waId: WaId;
  readonly name: string | null;
  readonly rules: Rules;
  readonly createdAt: number;
}

/** What a PUT says of a number: what is absent stays. */
export interface NumberPatch {
  readonly phone?: { readonly displayPhoneNumber: string; readonly waId: WaId };
  readonly name?: string | null;
  readonly account?: AccountName;
  /** A preset replaces all rules; rules in part take the rest from what the number has, else from `open`. */
  readonly rules?: Preset | Partial<Rules>;
}

/** The account of numbers and keys for which none is named. */
export const defaultAccount = 'default' as AccountName;

/** The number as it is after a PUT. A new number needs a phone: `undefined` without one. `at` is in ms since the epoch. */
export function changeNumber(
  id: PhoneNumberId,
  before: BusinessNumber | undefined,
  patch: NumberPatch,
  at: number,
): BusinessNumber | undefined {
  const phone = patch.phone ?? before;
  if (!phone) return undefined;
  return {
    id,
    account: patch.account ?? before?.account ?? defaultAccount,
    displayPhoneNumber: phone.displayPhoneNumber,
    waId: phone.waId,
    name: patch.name === undefined ? (before?.name ?? null) : patch.name,
    rules: changeRules(before?.rules ?? presets.open, patch.rules),
    createdAt: before?.createdAt ?? at,
  };
}

function changeRules(before: Rules, change: Preset | Partial<Rules> | undefined): Rules {
  if (change === undefined) return before;
  return typeof change === 'string' ? presets[change] : { ...before, ...change };
}
