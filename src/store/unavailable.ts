import { Refusal } from '../core/errors.ts';

/** What is told of a store that cannot answer now. */
export function storeUnavailable(cause: unknown): Refusal {
  return new Refusal({ kind: 'store_unavailable' }, cause);
}
