/** A provider of our own: it notes what it is asked, byte for byte, and answers as a test likes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './cleanup.ts';

export interface Asked {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values in turn, as they came. */
  readonly raw: readonly string[];
  readonly body: Buffer;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface RecordingProvider {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Requests that came whole, in their order. */
  readonly asked: Asked[];
  /** Answers from now on, once the request is whole. */
  answer: Answer;
  /** Answers who reads its list, which is not noted: with nobody. `undefined`: as all else. */
  listing: Answer | undefined;
  /** The same as `answer`, before anything of the body is read; `undefined`: nothing special. */
  early: Answer | undefined;
}

export async function startProvider(t: TestContext): Promise<RecordingProvider> {
  const server = createServer(async (request, response) => {
    if (provider.listing && isReading(request)) {
      provider.listing(request, response);
      return;
    }
    if (provider.early) {
      provider.early(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The request was not whole.
    }
    const { method = '', url = '', headers, rawHeaders: raw } = request;
    provider.asked.push({ method, url, headers, raw, body: Buffer.concat(chunks) });
    provider.answer(request, response);
  });
  const provider: RecordingProvider = {
    origin: await listening(server),
    asked: [],
    answer: (_request, response) => response.end('{"success":true}'),
    listing: (_request, response) => response.end('{"data":[]}'),
    early: undefined,
  };
  afterwards(t, () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return provider;
}

/** Who gets a number at a provider reads its list. */
function isReading({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && /\/block_users\?limit=1000$/.test(url);
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
