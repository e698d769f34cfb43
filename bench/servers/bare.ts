import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CannedBodies } from './bare-server.ts';
import { Server } from './server.ts';

export function startBare(folder: string, bodies: CannedBodies): Promise<Server> {
  const file = path.join(folder, 'bodies.json');
  writeFileSync(file, JSON.stringify(bodies));
  return Server.start({
    command: [process.execPath, path.join(import.meta.dirname, 'bare-server.ts'), '{PORT}', file],
    log: path.join(folder, 'bare.log'),
    ready: '/',
  });
}

/** What blocks users of a PostgreSQL database that has the least table. */
export function startBareListed(folder: string, url: string): Promise<Server> {
  return Server.start({
    command: [process.execPath, path.join(import.meta.dirname, 'bare-listed-server.ts'), '{PORT}', url],
    log: path.join(folder, 'bare-listed.log'),
    ready: '/',
  });
}
