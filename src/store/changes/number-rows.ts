/** How a number lies in its row. */
import type { AccountName, ConnectionName, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { BusinessNumber, OnStoreFailure } from '../../core/numbers.ts';
import { phoneKey } from '../../core/phone-variants.ts';
import { arePushed, type OwnRules, type PushRules, type Rules } from '../../core/rules.ts';
import { type AppRow, appValues, toApp } from './app-rows.ts';

export interface NumberRow extends RulesRow, AppRow {
  readonly id: PhoneNumberId;
  readonly account: AccountName;
  readonly display_phone_number: string;
  readonly wa_id: WaId;
  readonly name: string | null;
  readonly connection: ConnectionName | null;
  readonly upstream_number_id: PhoneNumberId | null;
  readonly on_store_failure: OnStoreFailure;
  readonly created_at: number;
}

/** `rule_push` and `rule_push_capacity` are null where the number has no upstream, and count where it has. */
export interface RulesRow {
  readonly rule_window: OwnRules['window'];
  readonly rule_capacity: number | null;
  readonly rule_push: PushRules['push'] | null;
  readonly rule_push_capacity: number | null;
  readonly rule_paging: Rules['paging'];
  readonly partial_failure_status: Rules['partialFailureStatus'];
}

export const numberColumns = [
  'id',
  'account',
  'display_phone_number',
  'wa_id',
  'phone_key',
  'name',
  'connection',
  'upstream_number_id',
  'on_store_failure',
  'rule_window',
  'rule_capacity',
  'rule_push',
  'rule_push_capacity',
  'rule_paging',
  'partial_failure_status',
  'app_url',
  'app_secret',
  'app_headers',
  'app_blocked',
  'created_at',
];

/** In the order of `numberColumns`. */
export function numberValues(number: BusinessNumber): (string | number | null)[] {
  const { id, account, displayPhoneNumber, waId, name, upstream, rules, onStoreFailure, app, createdAt } = number;
  const row = toRulesRow(rules);
  return [
    id,
    account,
    displayPhoneNumber,
    waId,
    phoneKey(waId),
    name,
    upstream?.connection ?? null,
    upstream?.numberId ?? null,
    onStoreFailure,
    row.rule_window,
    row.rule_capacity,
    row.rule_push,
    row.rule_push_capacity,
    row.rule_paging,
    row.partial_failure_status,
    ...appValues(app),
    createdAt,
  ];
}

export function toNumber(row: NumberRow): BusinessNumber {
  const { connection, upstream_number_id: numberId } = row;
  return {
    id: row.id,
    account: row.account,
    displayPhoneNumber: row.display_phone_number,
    waId: row.wa_id,
    name: row.name,
    upstream: connection === null ? null : { connection, numberId: numberId ?? row.id },
    rules: toRules(row),
    onStoreFailure: row.on_store_failure,
    app: toApp(row),
    createdAt: row.created_at,
  };
}

export function toRules(row: RulesRow): Rules {
  const { rule_push: push, rule_push_capacity: pushCapacity, partial_failure_status: partialFailureStatus } = row;
  const paging = row.rule_paging;
  if (push !== null && pushCapacity !== null) return { push, pushCapacity, paging, partialFailureStatus };
  return { window: row.rule_window, capacity: row.rule_capacity, paging, partialFailureStatus };
}

function toRulesRow(rules: Rules): RulesRow {
  const shared = { rule_paging: rules.paging, partial_failure_status: rules.partialFailureStatus };
  if (arePushed(rules)) {
    const { push, pushCapacity } = rules;
    return { ...shared, rule_window: 'off', rule_capacity: null, rule_push: push, rule_push_capacity: pushCapacity };
  }
  const { window, capacity } = rules;
  return { ...shared, rule_window: window, rule_capacity: capacity, rule_push: null, rule_push_capacity: null };
}
