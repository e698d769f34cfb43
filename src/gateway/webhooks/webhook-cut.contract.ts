/** What a cut leaves of a webhook, reckoned on its values and not on its text. */
import { type Value, type Writer, writerOf } from './webhook-text.contract.ts';

export type Members = { readonly [name: string]: Value };
const isObject = (value: Value | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const idNames: Readonly<Record<string, readonly [string, string]>> = {
  contacts: ['wa_id', 'user_id'],
  messages: ['from', 'from_user_id'],
  calls: ['from', 'from_user_id'],
};
const listNames = [...Object.keys(idNames), 'statuses'];
const knownNames = [...listNames, 'messaging_product', 'metadata'];

/** What a cut leaves of the parsed POST, reckoned on values. */
export function leftOf(
  post: Members,
  blocked: readonly Writer[],
  keep: (numberId: Value | undefined) => boolean,
): unknown {
  const entries = post['entry'] as readonly Value[];
  if (entries.length === 0) return keep(undefined) ? post : undefined;
  const left = entries.map((entry) => leftOfEntry(entry, blocked, keep)).filter((entry) => entry !== undefined);
  return left.length === 0 ? undefined : { ...post, entry: left };
}

function leftOfEntry(entry: Value, blocked: readonly Writer[], keep: (numberId: Value | undefined) => boolean) {
  const changes = isObject(entry) ? (entry['changes'] as readonly Value[]) : [];
  if (!isObject(entry) || changes.length === 0) return keep(undefined) ? entry : undefined;
  const left = changes.map((change) => leftOfChange(change, blocked, keep)).filter((change) => change !== undefined);
  return left.length === 0 ? undefined : { ...entry, changes: left };
}

function leftOfChange(change: Value, blocked: readonly Writer[], keep: (numberId: Value | undefined) => boolean) {
  const value = isObject(change) ? (change['value'] as Members) : undefined;
  const metadata = value?.['metadata'] as Members | undefined;
  if (!keep(metadata?.['phone_number_id'])) return undefined;
  if (!isObject(change) || !value) return change;
  let cut = 0;
  const left: [string, Value][] = [];
  for (const [name, member] of Object.entries(value)) {
    const names = idNames[name];
    const elements = member as readonly Value[];
    const kept = names && elements.filter((item) => !blocked.includes(writerOf(item, names) as Writer));
    cut += kept ? elements.length - kept.length : 0;
    if (!kept || kept.length > 0 || elements.length === 0) left.push([name, kept ?? member]);
  }
  const rest = Object.fromEntries(left);
  const count = (of: Members, names: readonly string[]) =>
    names.reduce((sum, name) => sum + ((of[name] as readonly Value[] | undefined)?.length ?? 0), 0);
  const told = listNames.filter((name) => name !== 'contacts');
  const counting = count(value, told) > 0 ? told : ['contacts'];
  const saysMore = Object.keys(value).some((name) => !knownNames.includes(name));
  return cut > 0 && !saysMore && count(rest, counting) === 0 ? undefined : { ...change, value: rest };
}
