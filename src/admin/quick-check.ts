/**
 * "Is X blocked?" without the framework: it is asked for every message of an app, and the framework takes longer than the
 * answer. Only plain requests that nothing is wrong with are answered here; all others are the route's, which says what is.
 */
import type { IncomingMessage } from 'node:http';
import { adminCallCounted } from '../observe/events.ts';
import { readState } from './block-state.ts';
import { toUser } from './blocks.ts';
import type { AdminDeps } from './deps.ts';
import { parseKnownNumber } from './fields.ts';
import { getBlock } from './schemas/blocks.ts';

/** Without a query, and without anything that would have to be decoded. */
const plainPath = /^\/api\/v1\/numbers\/(\d+)\/blocks\/([\w.+-]+)$/;

export class QuickCheck {
  /** The framework's route that it stands in for. */
  readonly route = '/api/v1/numbers/:phone_number_id/blocks/:user';
  readonly #deps: AdminDeps;

  constructor(deps: AdminDeps) {
    this.#deps = deps;
  }

  /**
   * The body of the answer, JSON, with status 200; `undefined`: the route has to answer. Takes a GET with nothing to read and
   * with one credential.
   */
  answer(request: IncomingMessage): Promise<string | undefined> | undefined {
    const { method, url = '', headers } = request;
    const asked = method === 'GET' ? plainPath.exec(url) : null;
    if (!asked || headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
      return undefined;
    const secret = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (secret === undefined || !hasOneKey(request)) return undefined;
    const [, number = '', user = ''] = asked;
    return this.#check(secret, number, user);
  }

  async #check(secret: string, number: string, user: string): Promise<string | undefined> {
    try {
      if (!(await this.#deps.acceptsAdminKey(secret))) return undefined;
      return JSON.stringify(await readState(this.#deps, parseKnownNumber(number), toUser(user)));
    } catch {
      return undefined;
    }
  }

  served(milliseconds: number): void {
    adminCallCounted(this.#deps.metrics, { operation: getBlock.operationId, status: 200, milliseconds });
  }
}

/** Of a repeated credential `headers` has the first only. */
function hasOneKey({ rawHeaders }: IncomingMessage): boolean {
  let keys = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'authorization') keys += 1;
  }
  return keys === 1;
}
