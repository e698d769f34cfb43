/** A service with one number and one blocked user, for clients that do wrong: afterwards both must be as before. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ServerLimits } from '../../src/http/server.ts';
import { dialectsOf, users } from '../helpers/client.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';

const id = '106540352242970';
const blocked = '16505551234';

export interface Target {
  readonly service: TestService;
  readonly base: string;
  /** The number's id. */
  readonly id: string;
  readonly secret: string;
  readonly paths: Readonly<Record<DialectName, string>>;
  /** The header that carries the key, by dialect. */
  readonly keys: Readonly<Record<DialectName, string>>;
  /** Holds that it still answers, the list is as it was, and the log calls nothing an error. */
  assertUnharmed(): Promise<void>;
}

export const dialectNames = ['meta', 'd360', 'kapso'] as const;
export type DialectName = (typeof dialectNames)[number];

export async function startTarget(t: TestContext, limits: Partial<ServerLimits> = {}): Promise<Target> {
  const service = await startTestService(t, { limits });
  const secret = await service.number(id);
  const dialects = dialectsOf(service, id, secret);
  expectStatus(await dialects.meta('POST', users(blocked)), 200);
  return {
    service,
    base: service.base,
    id,
    secret,
    paths: {
      meta: `/v25.0/${id}/block_users`,
      d360: '/block_users',
      kapso: `/meta/whatsapp/v24.0/${id}/block_users`,
    },
    keys: { meta: `Authorization: Bearer ${secret}`, d360: `D360-API-KEY: ${secret}`, kapso: `X-API-Key: ${secret}` },
    async assertUnharmed() {
      const { json } = await dialects.meta('GET');
      assert.deepEqual(json.data, [{ messaging_product: 'whatsapp', wa_id: blocked }]);
      assert.deepEqual(alarms(service.logged()), []);
    },
  };
}

/** The lines of the log above a warning: no client may cause one. */
function alarms(logged: string): string[] {
  return logged.split('\n').filter((line) => line !== '' && JSON.parse(line).level >= 50);
}
