/** HTTP by hand: bytes as they are over a socket of their own, for what no HTTP client would send. */
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** The status line and the headers, in lower case. */
  readonly head: string;
  readonly body: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: any;
}

/** How long a server may take over an answer before the test gives up. */
const patience = 15_000;

export class RawConnection implements Disposable {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => {};

  /** With `allowHalfOpen` it goes on sending after the server has said its last. */
  constructor(base: string, { allowHalfOpen = false } = {}) {
    const { hostname, port } = new URL(base);
    this.#socket = connect({ port: Number(port), host: hostname.replace(/[[\]]/g, ''), allowHalfOpen });
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    // A reset is one way for a server to be done with a client.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(bytes: string | Uint8Array): this {
    this.#socket.write(bytes);
    return this;
  }

  /** The next answer; undefined if the server closes the connection without one. */
  next(): Promise<RawAnswer | undefined> {
    return this.#until(() => {
      const found = takeAnswer(this.#received);
      if (!found) return this.#isOver ? { value: undefined } : undefined;
      this.#received = found.rest;
      return { value: found.answer };
    });
  }

  /** Resolves when the server has closed the connection; gives what came without being asked for. */
  closed(): Promise<string> {
    return this.#until(() => (this.#isOver ? { value: this.#received.toString() } : undefined));
  }

  /** Resolves when what was sent has left this process. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#socket.write('', () => resolve()));
  }

  /** Goes away without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #until<Value>(look: () => { value: Value } | undefined): Promise<Value> {
    const late = AbortSignal.timeout(patience);
    for (;;) {
      const found = look();
      if (found) return found.value;
      if (late.aborted) throw new Error(`nothing more came after ${JSON.stringify(this.#received.toString())}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        late.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}

/** Sends a whole request on a connection of its own and gives its answer. */
export async function exchange(base: string, bytes: string | Uint8Array): Promise<RawAnswer | undefined> {
  using connection = new RawConnection(base);
  return await connection.send(bytes).next();
}

/** A request as text: its first line, headers, and a body that gets its length. */
export function request(line: string, headers: readonly string[] = [], body: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(body as string);
  const length = bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : [];
  const head = [`${line} HTTP/1.1`, 'Host: gatehouse.test', ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

function takeAnswer(received: Buffer): { answer: RawAnswer; rest: Buffer } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end).toLowerCase();
  const status = Number(/^http\/1\.1 (\d{3})/.exec(head)?.[1]);
  const length = Number(/^content-length: *(\d+)/m.exec(head)?.[1] ?? 0);
  const from = end + 4;
  if (received.length < from + length) return undefined;
  const body = received.toString('utf8', from, from + length);
  return { answer: { status, head, body, json: toJson(body) }, rest: received.subarray(from + length) };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
