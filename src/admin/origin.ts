import type { AdminDeps } from './deps.ts';
import { invalid } from './problem.ts';

type Checks = Pick<AdminDeps, 'checkOrigin'>;

/** Scheme, host and port of where a connection leads to. Refuses (422) what is more than that, or leads where it must not. */
export function parseOrigin(checks: Checks, text: string): string {
  // A bare ?, # or @ is no query, no fragment and no user to the parser.
  const url = /[?#@\s]/.test(text) ? null : URL.parse(text);
  if (!isWeb(url) || url.pathname !== '/')
    throw told('origin', 'be http or https, a host and at most a port, for example https://graph.facebook.com.');
  return checked(checks, 'origin', url).origin;
}

/** Where an app takes webhooks. Refuses (422) what names a user or a fragment, or leads where it must not. */
export function parseAppUrl(checks: Checks, text: string): string {
  const url = /[#\s]/.test(text) ? null : URL.parse(text);
  if (!isWeb(url) || url.username + url.password !== '')
    throw told(
      'app/url',
      'be an http or https URL without a user or a fragment, for example https://app.example/hook.',
    );
  return checked(checks, 'app/url', url).href;
}

function isWeb(url: URL | null): url is URL {
  return url !== null && /^https?:$/.test(url.protocol);
}

function checked({ checkOrigin }: Checks, field: string, url: URL): URL {
  const fault = checkOrigin(url.origin);
  if (fault !== undefined) throw told(field, fault);
  return url;
}

/** The fault ends the sentence "<field> must …". */
function told(field: string, fault: string) {
  return invalid({ field, detail: `must ${fault}` });
}
