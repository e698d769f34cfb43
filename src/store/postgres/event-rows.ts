/** How the log is read. */
export const eventColumns = 'last_seq, n, at, action, dialect, key_id, request_id, reason, users';

export const readEventsAfter = {
  name: 'events_after',
  text: `SELECT ${eventColumns} FROM block_event WHERE number = $1 AND last_seq > $2 ORDER BY last_seq`,
};
