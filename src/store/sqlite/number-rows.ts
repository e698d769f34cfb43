/** How a number lies in its row. */
import type { AccountName, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { BusinessNumber } from '../../core/numbers.ts';
import type { Rules } from '../../core/rules.ts';

export interface NumberRow {
  readonly id: PhoneNumberId;
  readonly account: AccountName;
  readonly display_phone_number: string;
  readonly wa_id: WaId;
  readonly name: string | null;
  readonly rule_window: Rules['window'];
  readonly rule_capacity: number | null;
  readonly rule_paging: Rules['paging'];
  readonly partial_failure_status: Rules['partialFailureStatus'];
  readonly created_at: number;
}

export function toNumber(row: NumberRow): BusinessNumber {
  return {
    id: row.id,
    account: row.account,
    displayPhoneNumber: row.display_phone_number,
    waId: row.wa_id,
    name: row.name,
    rules: toRules(row),
    createdAt: row.created_at,
  };
}

function toRules(row: NumberRow): Rules {
  return {
    window: row.rule_window,
    capacity: row.rule_capacity,
    paging: row.rule_paging,
    partialFailureStatus: row.partial_failure_status,
  };
}
