import { randomUUID } from 'node:crypto';
import type { Store } from '../../core/ports.ts';
import { Bound, type MaxWaiting } from '../bound.ts';
import { type BoundsOptions, boundsOf } from '../changes/webhook-bounds.ts';
import { storeUnavailable } from '../unavailable.ts';
import type { DatabaseOptions } from './database.ts';
import { createDirectory } from './directory.ts';
import { effects } from './effects.ts';
import { Groups } from './groups.ts';
import { openInstallation } from './installation.ts';
import { createJobs } from './jobs.ts';
import { createLeases } from './leases.ts';
import { createLists } from './lists.ts';
import { createProbe } from './probe.ts';
import { createPushes } from './pushes.ts';
import type { Sessions } from './session.ts';
import { readSize } from './size.ts';
import { readRemoval, readSyncs } from './syncs.ts';
import { createWebhooks } from './webhooks.ts';
import { WorkingPushes } from './working-pushes.ts';
import type { WorkingParts } from './working-set.ts';
import { WorkingWebhooks } from './working-webhooks.ts';

export interface PostgresOptions extends DatabaseOptions, BoundsOptions {
  readonly maxWaiting?: MaxWaiting | undefined;
}

/** A store over an open database, whose sessions it closes. */
export async function createStore(sessions: Sessions, options: PostgresOptions): Promise<Store> {
  const bound = new Bound(options.maxWaiting);
  const parts: WorkingParts = {
    pushes: (context) => new WorkingPushes(context),
    webhooks: (context) => new WorkingWebhooks(context),
    beginAgain: effects.beginAgain,
  };
  const writes = new Groups({ sessions, bound, parts, observer: options.observer });
  const probe = createProbe(writes);
  const installation = await openInstallation(sessions, writes).catch(async (error) => {
    await sessions.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    lists: createLists({ sessions, writes, syncs: { of: readSyncs, removal: readRemoval } }),
    directory: createDirectory({ sessions, writes, effects }),
    pushes: createPushes({ sessions, writes }),
    webhooks: createWebhooks({ sessions, writes, bounds: boundsOf(options) }),
    installation,
    leases: createLeases(sessions, randomUUID()),
    jobs: createJobs(sessions, writes),
    probe: async () => {
      if (closing) throw storeUnavailable(new Error('the store is closed'));
      await probe();
    },
    usage: async () => ({ bytes: await readSize(sessions), waitingWrites: bound.waiting }),
    close: () => {
      closing ??= bound.close().then(() => sessions.close());
      return closing;
    },
  };
}
