/** What one transaction at a time may have to itself: a number, or a connection's webhooks of numbers not hosted here. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Session } from './session.ts';
import type { Line } from './working-table.ts';

const lockNumber = {
  name: 'lock_number',
  text: 'SELECT 1 AS locked FROM number_state WHERE number = $1 FOR UPDATE',
};

const lockOther = {
  name: 'lock_other_line',
  text: 'SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended($1, 0))) AS taken',
};

export function isNumber(line: Line): line is PhoneNumberId {
  return !line.startsWith('@');
}

/**
 * Waits for its turn, which ends with the transaction. What is read in the same statement may be of the time before the turn.
 * Of a number that was never hosted here there is nothing to lock.
 */
export async function lockLine(session: Session, line: Line): Promise<void> {
  await session.query(isNumber(line) ? lockNumber : lockOther, [line]);
}
