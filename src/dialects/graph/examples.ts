import type { Example } from '../dialect.ts';

/** Curls for a POSIX shell that block, list and unblock one user. `credential` is the whole header. */
export function curls(call: { url: string; credential: string; user: string; product: boolean }): readonly Example[] {
  const { url, credential, user } = call;
  const product = call.product ? '"messaging_product":"whatsapp",' : '';
  const json = `-H 'Content-Type: application/json' -d '{${product}"block_users":[{"user":"${user}"}]}'`;
  return [
    { title: 'block', args: `-X POST '${url}' -H '${credential}' ${json}` },
    { title: 'list', args: `'${url}' -H '${credential}'` },
    { title: 'unblock', args: `-X DELETE '${url}' -H '${credential}' ${json}` },
  ];
}
