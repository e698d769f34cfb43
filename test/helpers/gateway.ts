/** A whole service before a provider of our own. */
import type { TestContext } from 'node:test';
import { type RecordingProvider, startProvider } from './provider.ts';
import { expectStatus, startTestService, type TestService, type TestServiceOptions } from './service.ts';

export const providerToken = 'the-provider-token-0123456789';

/** What lets connections be kept, and lead to this machine. */
export const outward = {
  GATEHOUSE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  GATEHOUSE_ALLOW_PRIVATE: '127.0.0.0/8',
};

export interface GatewayTarget {
  readonly service: TestService;
  readonly base: string;
  readonly provider: RecordingProvider;
  /** Makes a connection to the provider. */
  connect(name: string, more?: object): Promise<void>;
  /** Makes a number with an upstream, which the provider knows by 777, 778, …, and a key for it alone; gives the key's secret. */
  number(id: string, more?: object): Promise<string>;
}

/** The connection `main` is there, in the wire of `provider`. */
export async function startGateway(
  t: TestContext,
  { provider: wire = 'meta', ...options }: TestServiceOptions & { provider?: string } = {},
): Promise<GatewayTarget> {
  const provider = await startProvider(t);
  const service = await startTestService(t, { ...options, env: { ...outward, ...options.env } });
  const connect: GatewayTarget['connect'] = async (name, more = {}) => {
    const put = { provider: wire, token: providerToken, origin: provider.origin, ...more };
    const answer = await service.admin('PUT', `/connections/${name}`, put);
    expectStatus(answer, answer.status === 200 ? 200 : 201);
  };
  await connect('main');
  let known = 776;
  return {
    service,
    base: service.base,
    provider,
    connect,
    number(id, more = {}) {
      known += 1;
      return service.number(id, 'gateway', { upstream: { connection: 'main', number_id: String(known) }, ...more });
    },
  };
}
