import { type IncomingMessage, request } from 'node:http';

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  /** Names and values in turn, sent in this order and as written. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

export interface Told {
  readonly status: number;
  readonly message: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values in turn, as they came. */
  readonly raw: readonly string[];
  readonly body: Buffer;
  readonly text: string;
}

/** Asks by bare HTTP, on a connection of its own. Fails if the answer is not whole. */
export function ask(base: string, { method = 'GET', path = '/x', headers = [], body }: Ask = {}): Promise<Told> {
  const { hostname, port, host } = new URL(base);
  const framed = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: ['Host', host, ...headers, ...framed], agent: false },
      async (answer) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const { statusCode: status = 0, statusMessage: message = '', rawHeaders: raw } = answer;
          const bytes = Buffer.concat(chunks);
          resolve({ status, message, headers: answer.headers, raw, body: bytes, text: bytes.toString() });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The values of a raw header list under a name, in their order. */
export function valuesOf(raw: readonly string[], name: string): readonly string[] {
  return raw.filter((_value, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
}
