import type { AdminDeps } from './deps.ts';
import { invalid, type Violation } from './problem.ts';

/** Scheme, host and port of where a connection leads to. Refuses (422) what is more than that, or leads where it must not. */
export function parseOrigin({ checkOrigin }: Pick<AdminDeps, 'checkOrigin'>, text: string): string {
  const url = URL.parse(text);
  const isPlain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    // A bare ? or # is no query and no fragment to the parser.
    !/[?#@\s]/.test(text) &&
    url.pathname === '/';
  if (!isPlain)
    throw invalid(told('be http or https, a host and at most a port, for example https://graph.facebook.com.'));
  const fault = checkOrigin(url.origin);
  if (fault !== undefined) throw invalid(told(fault));
  return url.origin;
}

/** The fault ends the sentence "origin must …". */
function told(fault: string): Violation {
  return { field: 'origin', detail: `must ${fault}` };
}
