/** The faults of transcripts, by the words that name them. */
import {
  answer,
  deaf,
  error,
  type Fault,
  hang,
  hangAfter,
  resetAfter,
  resetBefore,
  trickle,
  truncated,
} from './fault-proxy.ts';

const faults: Readonly<Record<string, Fault>> = {
  '130429': error(400, 130429, '(#130429) Rate limit hit'),
  '139103': error(500, 139103, '(#139103) Internal error'),
  '190': error(401, 190, 'Invalid OAuth access token - Cannot parse access token'),
  '100/33': answer(400, {
    error: { message: 'Unsupported post request', type: 'GraphMethodException', code: 100, error_subcode: 33 },
  }),
  html: answer(502, '<html><body>Bad Gateway</body></html>', { 'content-type': 'text/html' }),
  'half of the JSON': truncated,
  'a reset before': resetBefore,
  'a reset after': resetAfter,
  'a hang before': hang,
  'a hang after': hangAfter,
  'a trickle': trickle,
  'nobody blocked': deaf,
  'an empty list': answer(200, { data: [] }),
  'a yes that does nothing': answer(200, { success: true }),
};

/**
 * `429 for 3600s` is an answer with `Retry-After`. `a change behind the page`: the provider answers, and its list changes before
 * anybody can ask for the next page.
 */
export function faultOf(words: string, changeList: () => Promise<void>): Fault {
  const seconds = /^429 for (\d+)s$/.exec(words)?.[1];
  if (seconds !== undefined) return error(429, 4, '(#4) Application request limit reached', { 'retry-after': seconds });
  if (words === 'a change behind the page')
    return async ({ response, pass }) => {
      const { status, body } = await pass();
      await changeList();
      response.writeHead(status).end(body);
    };
  const fault = faults[words];
  if (!fault) throw new Error(`no such fault: ${words}`);
  return fault;
}
