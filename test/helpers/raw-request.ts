import { request } from 'node:http';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Sent in this order and as written, also twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name, every value that came under it. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: string;
}

/** Sends a request as it stands: besides `Host`, `Content-Length` and `Connection` nothing is added. */
export function sendRaw(base: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(base);
  const has = (name: string) => headers.some(([other]) => other.toLowerCase() === name);
  const bytes = Buffer.from(body);
  const framed = bytes.length > 0 || method === 'POST';
  const all = [
    ...(has('host') ? [] : [['Host', host]]),
    ...(has('connection') ? [] : [['Connection', 'close']]),
    ...(framed ? [['Content-Length', String(bytes.length)]] : []),
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: all.flat(), agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headersDistinct,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
