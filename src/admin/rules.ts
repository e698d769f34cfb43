import type { FromSchema } from 'json-schema-to-ts';
import type { NumberFault, NumberPatch, RuleName } from '../core/numbers.ts';
import { arePushed, presets, type Rules } from '../core/rules.ts';
import { orList } from './fields.ts';
import { invalid, type Problem } from './problem.ts';
import type { putNumber } from './schemas/numbers.ts';

type RulesChange = NonNullable<FromSchema<typeof putNumber.body>['rules']>;

export function toRules(change: RulesChange | null): NonNullable<NumberPatch['rules']> | null {
  if (change === null || typeof change === 'string') return change;
  const { partial_failure_status: partialFailureStatus, push_capacity: pushCapacity, ...others } = change;
  return {
    ...others,
    ...(pushCapacity !== undefined && { pushCapacity }),
    ...(partialFailureStatus !== undefined && { partialFailureStatus }),
  };
}

export function renderRules(rules: Rules) {
  const { paging, partialFailureStatus } = rules;
  const shared = { paging, partial_failure_status: partialFailureStatus };
  return arePushed(rules)
    ? { push: rules.push, push_capacity: rules.pushCapacity, ...shared }
    : { window: rules.window, capacity: rules.capacity, ...shared };
}

/** The API's words for what some numbers have no use for. */
const fields: Partial<Readonly<Record<RuleName, string>>> = {
  window: 'rules/window',
  capacity: 'rules/capacity',
  push: 'rules/push',
  pushCapacity: 'rules/push_capacity',
};

/** Rules, or a preset, of the other kind of number. */
export function unfitRules({ rules, hasUpstream }: Extract<NumberFault, { kind: 'rules_do_not_fit' }>): Problem {
  const who = hasUpstream ? 'numbers without an upstream.' : 'numbers with an upstream.';
  if (rules.length > 0)
    return invalid(...rules.map((rule) => ({ field: fields[rule] ?? `rules/${rule}`, detail: `is for ${who}` })));
  const names = Object.entries(presets).map(([name, preset]) => ({ name, isFit: arePushed(preset) === hasUpstream }));
  const fit = orList([...names.filter(({ isFit }) => isFit).map(({ name }) => name), 'rules one by one']);
  const unfit = names.filter(({ isFit }) => !isFit).map(({ name }) => name);
  const be = unfit.length > 1 ? 'are' : 'is';
  return invalid({ field: 'rules', detail: `must be ${fit}: ${unfit.join(' and ')} ${be} for ${who}` });
}
