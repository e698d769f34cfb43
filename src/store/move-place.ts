/** A place among rows as a text, to be kept. */
import type { Place } from './move-ends.ts';
import type { Value } from './move-rows.ts';

export function toPlace(values: readonly Value[]): Place {
  return JSON.stringify(values.map((value) => (value instanceof Uint8Array ? { hex: toHex(value) } : value)));
}

export function fromPlace(place: Place): Value[] {
  const values: (Exclude<Value, Uint8Array> | { readonly hex: string })[] = JSON.parse(place);
  return values.map((value) => (typeof value === 'object' && value ? Buffer.from(value.hex, 'hex') : value));
}

function toHex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}
