import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { Sync } from '../../core/push.ts';
import type { Target } from '../changes/push-targets.ts';
import type { Session } from './session.ts';

/** Where users of pushed lists stand at the provider. */
export interface ReadSyncs {
  of(session: Session, number: PhoneNumberId, entries: readonly BlockEntry[]): Promise<readonly BlockEntry[]>;
  /** Of a user who is not blocked, by the ids that the provider may have been told. */
  removal(session: Session, number: PhoneNumberId, targets: readonly Target[]): Promise<Sync | undefined>;
}
