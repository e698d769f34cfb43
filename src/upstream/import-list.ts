/** Takes over whom a provider's list blocks when a number gets it as its upstream. */
import type { Upstream } from '../core/numbers.ts';
import type { Actor } from '../core/ports.ts';
import { delayAfter } from './backoff.ts';
import { readWhole } from './listing.ts';
import type { Site } from './site.ts';

/** Whom the log names. */
const by: Actor = { dialect: 'import', keyId: null, requestId: 'import' };
/** Users taken over in one write. */
const batch = 1_000;
/** What cannot be read now may be readable tomorrow: it is asked for this many times more seldom than what is pushed. */
const patience = 60;

/** If that is to be done, and now. Gives whether the provider was asked. Whoever calls has the lane. */
export async function importList(site: Site, upstream: Upstream): Promise<boolean> {
  const { pushes, clock, lane, number, limits, failpoint } = site;
  if (!lane.mayImport || lane.importAt > clock()) return false;
  const asOf = await pushes.importing(number.id);
  if (asOf === undefined) {
    lane.mayImport = false;
    return false;
  }
  const { failure, list } = await readWhole(site);
  for (let from = 0; from < list.users.length; from += batch) {
    const users = list.users.slice(from, from + batch);
    const change = { number: number.id, users, by, at: clock(), upstream, asOf };
    await lane.holding.keep();
    await pushes.adopt('block', change, lane.holding.lease);
    await failpoint('after_import');
  }
  const { isComplete } = list;
  if (isComplete) await pushes.imported(number.id, asOf, lane.holding.lease);
  const detail = failure?.detail ?? 'It changed all the time while it was read';
  site.imported({ users: list.users.length, isComplete, ...(!isComplete && { detail }) });
  if (isComplete) {
    lane.mayImport = false;
    lane.importTries = 0;
    return true;
  }
  if (failure?.kind === 'busy') site.pause(failure.retryAfter ?? delayAfter(0, limits));
  const { firstDelay, longestDelay } = limits;
  lane.importAt = clock() + delayAfter(lane.importTries, { firstDelay, longestDelay: longestDelay * patience });
  lane.importTries += 1;
  return true;
}
