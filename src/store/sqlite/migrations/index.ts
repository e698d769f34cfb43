/** The steps of the schema, in order; a database's `user_version` is how many of them it has taken. */
import { sql as initial } from './0001-initial.ts';
import { sql as upstreams } from './0002-upstreams.ts';
import { sql as webhooks } from './0003-webhooks.ts';
import { sql as redelivery } from './0004-redelivery.ts';
import { sql as seenScope } from './0005-seen-scope.ts';
import { sql as jobs } from './0006-jobs.ts';

export const migrations: readonly string[] = [initial, upstreams, webhooks, redelivery, seenScope, jobs];
