/** The gateway behind a bare HTTP server, before a provider that is ours: no key, no number, no store. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Agent, type Dispatcher } from 'undici';
import type { ConnectionName } from '../../src/core/ids.ts';
import { createGateway } from '../../src/gateway/forward.ts';
import type { Passage, Passed } from '../../src/gateway/passage.ts';
import type { Provider } from '../../src/gateway/provider.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { type RecordingProvider, startProvider } from '../helpers/provider.ts';

export const token = 'the-provider-token';
export const secret = 'gh_the-callers-own-key-0123456789';

export interface Front {
  readonly base: string;
  readonly provider: RecordingProvider;
  /** What became of each request: how it passed, or why it was refused. */
  readonly passed: (Passed | Error)[];
  /** The next of them. */
  next(): Promise<Passed | Error>;
}

export interface FrontOptions {
  /** What is passed besides the request itself. */
  readonly passage?: Partial<Passage>;
  readonly token?: string;
  readonly dispatch?: Partial<Dispatcher.DispatchOptions>;
  /** Where the provider is; absent: a recording one. */
  readonly origin?: string;
}

export async function startFront(t: TestContext, options: FrontOptions = {}): Promise<Front> {
  const recording = await startProvider(t);
  const agent = new Agent();
  const provider: Provider = {
    name: 'main' as ConnectionName,
    caller: {
      path: ({ version = 'v25.0', numberId, rest }) => `/${version}${numberId ? `/${numberId}` : ''}${rest}`,
      credential: (secretOfTheirs) => ({ authorization: `Bearer ${secretOfTheirs}` }),
    },
    token: options.token ?? token,
    apiVersion: null,
    patience: 15_000,
    dispatch: (asked, handler) =>
      agent.dispatch({ ...asked, ...options.dispatch, origin: options.origin ?? recording.origin }, handler),
  };
  const gateway = createGateway({ providers: { open: () => provider }, metrics: new Metrics() });
  const passed: (Passed | Error)[] = [];
  let tell = () => {};
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    const passage: Passage = {
      kind: 'pass',
      connection: provider.name,
      request,
      response,
      place: { version: undefined, numberId: '777', rest: path },
      query,
      secret,
      body: coding !== undefined || Number(length) > 0 ? 'streams' : undefined,
      requestId: 'A0123456789012345678901',
      isLast: false,
      ...options.passage,
    };
    try {
      passed.push(await gateway.forward(passage));
    } catch (error) {
      passed.push(error as Error);
      if (!response.headersSent) response.writeHead(502).end();
    }
    tell();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await agent.destroy();
  });
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    provider: recording,
    passed,
    async next() {
      while (passed.length === 0) await new Promise<void>((resolve) => (tell = resolve));
      return passed.shift() as Passed | Error;
    },
  };
}
