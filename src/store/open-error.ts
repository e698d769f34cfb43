/** A database that cannot be opened; the message is one sentence for who runs the server. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly path: string;

  constructor(path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.path = path;
  }
}
