import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/** Answers 405 for the methods that a path of a later route does not have. Call `refuseTheOthers` after the last route. */
export function watchMethods(app: FastifyInstance): { refuseTheOthers(): void } {
  const allowed = new Map<string, Set<string>>();
  let watching = true;
  app.addHook('onRoute', ({ url, method, prefix }) => {
    if (!watching) return;
    const path = url.slice(prefix.length);
    allowed.set(path, new Set([...(allowed.get(path) ?? []), ...[method].flat()]));
  });
  return {
    refuseTheOthers() {
      watching = false;
      for (const [url, known] of allowed) refuseOthers(app, url, known);
    },
  };
}

function refuseOthers(app: FastifyInstance, url: string, allowed: ReadonlySet<string>): void {
  const others = app.supportedMethods.filter((method) => !allowed.has(method));
  const headers = { allow: [...allowed].sort().join(', ') };
  const refuse = async () => {
    throw new Problem('method-not-allowed', `Allowed here: ${headers.allow}.`, { headers });
  };
  // Refused as soon as it arrives, before its body is read.
  app.route({ method: others, url, onRequest: refuse, handler: refuse });
}
