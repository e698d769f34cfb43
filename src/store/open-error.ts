/** A database that cannot be opened; the message is one sentence for who runs the server. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly path: string;

  constructor(path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.path = path;
  }
}

/** Of a database that is not whole yet. */
export function isFilling(place: string): string {
  return `The database ${place} is being filled by "gatehouse migrate", which has not come to its end: run it again, or take another database.`;
}
