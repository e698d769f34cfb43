/** What other nodes were told and this one was not: it looks from time to time, if there can be others. */
import type { Store } from '../core/ports.ts';
import type { SendPolicies } from '../http/send-policies.ts';
import type { LateForwarding } from './late-forwarding.ts';
import type { LateUpstreams } from './late-upstreams.ts';

export interface OtherNodesParts {
  readonly store: Pick<Store, 'directory' | 'webhooks' | 'leases'>;
  readonly upstreams: Pick<LateUpstreams, 'start'>;
  readonly forwarding: Pick<LateForwarding, 'start'>;
  readonly sends: Pick<SendPolicies, 'load'>;
  /** In ms. */
  readonly every: number;
  /** It could not be looked now. */
  readonly failed: (error: unknown) => void;
}

/** What every number sends while no list can be read is read once in so many looks: it is told and no more. */
const looksForSends = 6;

export function watchOtherNodes(parts: OtherNodesParts): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  let looks = 0;
  let isClosed = false;
  const next = () => {
    // Not all nodes at once.
    const wait = parts.every * (0.75 + Math.random() / 2);
    timer = setTimeout(() => {
      looks += 1;
      work = look(parts, looks % looksForSends === 0).then(() => {
        if (!isClosed) next();
      });
    }, wait).unref();
  };
  if (parts.store.leases.isShared) next();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
      return work;
    },
  };
}

/** Whoever is loaded looks for its own work from then on. */
async function look(
  { store: { directory, webhooks }, upstreams, forwarding, sends, failed }: OtherNodesParts,
  withSends: boolean,
): Promise<void> {
  try {
    if ((await directory.connections({ limit: 1 })).items.length > 0) upstreams.start();
    if ((await webhooks.waiting()).length > 0) forwarding.start();
    if (withSends) await sends.load();
  } catch (error) {
    failed(error);
  }
}
