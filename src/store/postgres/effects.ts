/** What changes of the directory mean for what is kept of pushes and webhooks. The caller has locked the number. */
import { forgetDeliveries } from './deliveries.ts';
import type { DirectoryEffects } from './directory.ts';
import { beginAgain, endPushing, followUpstream, retryFailed } from './push-lists.ts';

const forgetHeld = {
  name: 'held_forget_number',
  text: 'WITH counts AS (DELETE FROM held_count WHERE number = $1) DELETE FROM held WHERE number = $1',
};

export const effects: DirectoryEffects = {
  followUpstream,
  beginAgain,
  retryFailed,
  forget: async (session, { id, upstream }) => {
    if (upstream) await endPushing(session, id);
    await session.run(forgetHeld, [id]);
    await forgetDeliveries(session, { kind: 'number', number: id });
  },
};
