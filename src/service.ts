import { timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { registerAdmin } from './admin/index.ts';
import type { Config } from './config/config.ts';
import { hashSecret } from './core/credentials.ts';
import type { Clock, Store } from './core/ports.ts';
import { dialects } from './dialects/index.ts';
import { type MadeSecrets, prepareStore } from './first-start.ts';
import { baseUrlOf } from './http/base-url.ts';
import { type MountDeps, mountDialects, refuseUnroutable } from './http/mount.ts';
import { answerNothingHere, isReserved, registerHealth, registerReserved } from './http/own-paths.ts';
import { createServer, defaultLimits, type ServerLimits } from './http/server.ts';
import type { Logger } from './observe/events.ts';
import { folderOf, openStore } from './store/index.ts';
import { welcomeText, writePrivately } from './welcome.ts';

export interface ServiceParts {
  readonly logger: Logger;
  /** Takes what a newcomer is told at the first start. */
  readonly print: (text: string) => void;
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
  /** Instead of the one that the settings name. */
  readonly store?: Store;
}

export interface Service {
  /** Where it listens: scheme, host and port. */
  readonly url: string;
  /** Finishes what is under way, then lets go of everything. A second call waits for the first. */
  close(): Promise<void>;
}

/** How long requests under way may go on after `close`, in ms. */
const closeGrace = 10_000;

/** Builds every part, listens, and gives back what can be closed. What it opened is closed again if it fails. */
export async function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const { clock = Date.now } = parts;
  const store = parts.store ?? (await openStore(config.database));
  try {
    const file = path.join(folderOf(config.database), 'first-start.txt');
    const address = (port: number) => config.publicUrl ?? urlOf(config.host, port);
    const text = (made: MadeSecrets, port: number) => welcomeText(made, address(port), dialects);
    // Keys of an earlier start stay; but demo numbers are only made where no start was ever finished.
    const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const kept = (made: MadeSecrets, port: number) => `${text(made, port)}${made.demo ? '' : earlier}`;
    const made = await prepareStore({
      store,
      clock,
      adminKey: config.adminKey,
      demo: config.demo,
      keep: (secrets) => writePrivately(file, kept(secrets, config.port)),
    });
    const app = createApp(store, clock, config, parts);
    await app.listen({ host: config.host, port: config.port });
    const { port } = app.server.address() as AddressInfo;
    if (made) {
      if (port !== config.port) writePrivately(file, kept(made, port));
      parts.print(`${text(made, port)}\nKept in ${file}\n`);
    } else {
      const firstStart = existsSync(file) ? { first_start: file } : {};
      parts.logger.info(firstStart, `Gatehouse listens on ${urlOf(config.host, port)}`);
    }
    return { url: urlOf(config.host, port), close: once(() => close(app, store)) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function createApp(store: Store, clock: Clock, config: Config, parts: ServiceParts): FastifyInstance {
  const baseUrl: MountDeps['baseUrlOf'] = (request) => baseUrlOf(request, config.publicUrl);
  const mount: MountDeps = { dialects, store, clock, baseUrlOf: baseUrl };
  const app = createServer({
    logger: parts.logger,
    limits: { ...defaultLimits, ...parts.limits },
    unroutable: (request, reply) =>
      isReserved(request.raw.url ?? '') ? answerNothingHere(request, reply) : refuseUnroutable(mount, request, reply),
  });
  registerHealth(app, store);
  app.register(
    async (scope) =>
      registerAdmin(scope, {
        store,
        clock,
        acceptsAdminKey: adminKeyCheck(store, config.adminKey),
        baseUrlOf: baseUrl,
      }),
    { prefix: '/api/v1' },
  );
  registerReserved(app);
  mountDialects(app, mount);
  return app;
}

/** Compares hashes, so that the time tells nothing; the key of the settings wins over the one made here. */
function adminKeyCheck({ installation }: Store, configured: string | undefined): (secret: string) => Promise<boolean> {
  const own = configured === undefined ? undefined : hashSecret(configured);
  return async (secret) => {
    const expected = own ?? (await installation.adminKeyHash());
    return expected !== undefined && timingSafeEqual(hashSecret(secret), expected);
  };
}

async function close(app: FastifyInstance, store: Store): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), closeGrace);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
    await store.close();
  }
}

function once<Value>(act: () => Promise<Value>): () => Promise<Value> {
  let done: Promise<Value> | undefined;
  return () => (done ??= act());
}

/** The address to reach a listening host at: an unspecified one is reached at loopback. */
function urlOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
