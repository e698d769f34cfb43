/** The behaviour that every store shows. A store's own test file calls this with a way to open an empty one. */
import { describe } from 'node:test';
import { appsContract } from './contract/apps.contract.ts';
import { blockingContract } from './contract/blocking.contract.ts';
import { concurrencyContract } from './contract/concurrency.contract.ts';
import { connectionsContract } from './contract/connections.contract.ts';
import { deliveriesContract } from './contract/deliveries.contract.ts';
import { directoryContract } from './contract/directory.contract.ts';
import { enqueueContract } from './contract/enqueue.contract.ts';
import { eventsContract } from './contract/events.contract.ts';
import type { OpenStore } from './contract/fixture.contract.ts';
import { freshnessContract } from './contract/freshness.contract.ts';
import { heldContract } from './contract/held.contract.ts';
import { intakeContract } from './contract/intake.contract.ts';
import { intentsContract } from './contract/intents.contract.ts';
import { jobsContract } from './contract/jobs.contract.ts';
import { keysContract } from './contract/keys.contract.ts';
import { leasesContract } from './contract/leases.contract.ts';
import { lifetimeContract } from './contract/lifetime.contract.ts';
import { messagesContract } from './contract/messages.contract.ts';
import { pagingContract } from './contract/paging.contract.ts';
import { propertiesContract } from './contract/properties.contract.ts';
import { pushMovesContract } from './contract/push-moves.contract.ts';
import { pushPropertiesContract } from './contract/push-properties.contract.ts';
import { pushesContract } from './contract/pushes.contract.ts';

export function storeContract(name: string, open: OpenStore): void {
  describe(`${name} store`, () => {
    blockingContract(open);
    concurrencyContract(open);
    messagesContract(open);
    pagingContract(open);
    eventsContract(open);
    directoryContract(open);
    connectionsContract(open);
    keysContract(open);
    pushesContract(open);
    enqueueContract(open);
    pushMovesContract(open);
    intentsContract(open);
    appsContract(open);
    intakeContract(open);
    deliveriesContract(open);
    heldContract(open);
    leasesContract(open);
    jobsContract(open);
    freshnessContract(open);
    lifetimeContract(open);
    propertiesContract(open);
    pushPropertiesContract(open);
  });
}
