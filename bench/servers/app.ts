import path from 'node:path';
import { Server } from './server.ts';

/** How an app does: what does not listen refuses every connection. */
export type AppState = 'takes' | 'hangs' | 'refuses';

export interface App {
  readonly port: number;
  /** How many POSTs it was sent. */
  posts(): Promise<number>;
}

/** A port that is nobody's. */
const nobody: App = { port: 1, posts: async () => 0 };

/** Starts an app that `keep` ends. */
export async function startApp(folder: string, state: AppState, keep: (server: Server) => Server): Promise<App> {
  if (state === 'refuses') return nobody;
  const { port } = keep(
    await Server.start({
      command: [process.execPath, path.join(import.meta.dirname, 'app-server.ts'), '{PORT}', state],
      log: path.join(folder, 'app.log'),
      ready: '/',
    }),
  );
  return { port, posts: async () => Number(await (await fetch(`http://127.0.0.1:${port}/`)).text()) };
}
