/** One Gatehouse in front of another, which is the provider; what they say to each other is heard. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
// What a service loads late is there before it starts: a machine that is busy with loading must not look overloaded.
import '../../src/service/api.ts';
import '../../src/gateway/forward.ts';
import '../../src/upstream/index.ts';
import { outward } from '../helpers/gateway.ts';
import { startTestService, type TestService, type TestServiceOptions } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { startTap, type Tap } from './tap.ts';

/** The number's id, here and at the provider. */
export const [here, there] = ['106540352242961', '206540352242961'];

export interface Site {
  readonly provider: TestService;
  readonly gateway: TestService;
  /** Between the two. */
  readonly tap: Tap;
  /** A key of the number, here; and the provider's. */
  readonly secret: string;
  readonly token: string;
  /** Whom the provider has blocked. */
  listedThere(): Promise<readonly string[]>;
  /** What the gateway says of a user. */
  check(phone: string): Promise<{ blocked: boolean; entry?: { sync?: { state: string; code?: number } } }>;
  /** Changes rules of the number. */
  rules(rules: object): Promise<void>;
}

/** `dialect` is the provider's. */
export async function startSite(
  t: TestContext,
  dialect: string,
  options: TestServiceOptions & { readonly rules?: unknown } = {},
): Promise<Site> {
  const provider = await startTestService(t);
  const token = await provider.number(there, 'meta');
  const tap = await startTap(t, provider.base);
  const gateway = await startTestService(t, { ...options, env: { ...outward, ...options.env } });
  const connection = { provider: dialect, token, origin: tap.origin };
  const put = await gateway.admin('PUT', '/connections/main', connection);
  assert.equal(put.status, 201, put.text);
  const upstream = { connection: 'main', number_id: there };
  const secret = await gateway.number(here, options.rules ?? 'gateway', { upstream });
  // Who gets a number reads its list first.
  await until(() => tap.answers.length === 1);
  tap.forget();
  return {
    provider,
    gateway,
    tap,
    secret,
    token,
    listedThere: async () => {
      const { json } = await provider.admin('GET', `/numbers/${there}/blocks`);
      return json.data.map(({ user }: { user: { wa_id: string } }) => user.wa_id);
    },
    check: async (phone) => (await gateway.admin('GET', `/numbers/${here}/blocks/${phone}`)).json,
    rules: async (rules) => {
      const changed = await gateway.admin('PUT', `/numbers/${here}`, { rules });
      assert.equal(changed.status, 200, changed.text);
    },
  };
}
