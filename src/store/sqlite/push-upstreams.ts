/** What a change of a number's upstream means for what is pushed. */
import type { BusinessNumber } from '../../core/numbers.ts';
import { arePushed, type Rules } from '../../core/rules.ts';
import type { PushTables } from './push-tables.ts';

export interface UpstreamChange {
  readonly before: BusinessNumber | undefined;
  readonly after: BusinessNumber;
  /** The change named an upstream, maybe the one that was there. */
  readonly isAskedAgain: boolean;
}

/** Another connection or id is another list, of which nothing is known. */
export function followUpstream(pushes: PushTables, list: number, change: UpstreamChange, at: number): void {
  const { before, after, isAskedAgain } = change;
  const { connection, numberId } = before?.upstream ?? {};
  if (!after.upstream) pushes.lists.end(list);
  else if (after.upstream.connection !== connection || after.upstream.numberId !== numberId) pushes.lists.begin(list);
  else {
    pushes.rows.release(list, capacityOf(after.rules) - capacityOf(before?.rules), at);
    if (isAskedAgain) pushes.rows.retryFailed(list, at);
  }
}

function capacityOf(rules: Rules | undefined): number {
  return rules && arePushed(rules) ? rules.pushCapacity : 0;
}
