import type { Lease } from '../../core/ports.ts';
import type { Costs } from '../bound.ts';

export type { Bound } from '../bound.ts';

/** What is known of a write before it is made. */
export interface WriteTerms extends Costs {
  /** Of the work that it is part of: refused (`LeaseLost`) if another node took it over. */
  readonly lease?: Lease | undefined;
}
