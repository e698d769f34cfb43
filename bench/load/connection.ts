import { connect, type Socket } from 'node:net';

const bufferBytes = 64 * 1024;
const headBytes = 4096;

/** One keep-alive connection with one request under way. Of an answer it reads the status and the length, nothing else. */
export class Connection {
  readonly #socket: Socket;
  readonly #answered: (connection: Connection) => void;
  readonly #failed: (fault: Error) => void;
  readonly #statuses: readonly number[];
  #head = '';
  #bodyLeft = 0;
  #closing = false;
  /** When the request under way was due. */
  since = 0;

  private constructor(
    port: number,
    statuses: readonly number[],
    answered: (connection: Connection) => void,
    failed: (fault: Error) => void,
  ) {
    this.#statuses = statuses;
    this.#answered = answered;
    this.#failed = failed;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(bufferBytes),
        callback: (bytes, buffer) => {
          this.#take(buffer as Buffer, bytes);
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('the server closed the connection'));
  }

  static open(
    port: number,
    statuses: readonly number[],
    answered: (connection: Connection) => void,
    failed: (fault: Error) => void,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection = new Connection(port, statuses, answered, (fault) => {
        reject(fault);
        failed(fault);
      });
      connection.#socket.once('connect', () => resolve(connection));
    });
  }

  send(request: string): void {
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  #fail(message: string): void {
    if (this.#closing) return;
    this.close();
    this.#failed(new Error(message));
  }

  #take(buffer: Buffer, end: number): void {
    if (this.#bodyLeft > 0) {
      this.#bodyLeft -= end;
      if (this.#bodyLeft < 0) this.#fail('the answer is longer than it says');
      else if (this.#bodyLeft === 0) this.#answered(this);
      return;
    }
    const before = this.#head.length;
    this.#head += buffer.toString('latin1', 0, Math.min(end, headBytes));
    const headEnd = this.#head.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      if (this.#head.length > headBytes) this.#fail('the head of the answer does not end');
      return;
    }
    const status = Number(this.#head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
    if (!this.#statuses.includes(status) || length === undefined) {
      this.#fail(`expected ${this.#statuses[0]} and a Content-Length, got ${this.#head.slice(0, 600)}`);
      return;
    }
    this.#head = '';
    this.#bodyLeft = Number(length) - (end - (headEnd + 4 - before));
    if (this.#bodyLeft < 0) this.#fail('the answer is longer than it says');
    else if (this.#bodyLeft === 0) this.#answered(this);
  }
}
