/** Gatehouse as `npm start` starts it, and the same service over another store. */
import path from 'node:path';
import { Server } from './server.ts';

export const adminKey = 'bench-admin-key-0123456789abcdef';
const root = path.join(import.meta.dirname, '..', '..');

/** What stands behind the service: its own store, none at all, or its own with a transaction per write, or in which nobody is found. */
export type Variant = 'as shipped' | 'store off' | 'one transaction a request' | 'check off';

export interface GatehouseOptions {
  readonly variant?: Variant;
  /** A URL. Absent: SQLite, in the folder. */
  readonly database?: string;
  /** Absent: the default. */
  readonly logLevel?: string | undefined;
  /** A library that is loaded before all others. */
  readonly preload?: string;
  readonly nodeOptions?: readonly string[];
}

/** Starts it on the database in `folder`. Its log goes to a file. */
export function startGatehouse(folder: string, options: GatehouseOptions = {}): Promise<Server> {
  const { variant = 'as shipped', logLevel, preload, nodeOptions = [] } = options;
  const { database = `sqlite:${path.join(folder, 'gatehouse.db')}` } = options;
  const file =
    variant === 'as shipped' ? path.join(root, 'bin', 'gatehouse.mjs') : path.join(import.meta.dirname, 'variant.ts');
  return Server.start({
    command: [process.execPath, ...nodeOptions, file],
    env: {
      GATEHOUSE_PORT: '{PORT}',
      GATEHOUSE_DATABASE: database,
      GATEHOUSE_ADMIN_KEY: adminKey,
      GATEHOUSE_DEMO: 'off',
      GATEHOUSE_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
      GATEHOUSE_ALLOW_PRIVATE: '127.0.0.0/8',
      ...(logLevel !== undefined && { GATEHOUSE_LOG_LEVEL: logLevel }),
      ...(variant !== 'as shipped' && { BENCH_VARIANT: variant }),
      ...(preload !== undefined && { LD_PRELOAD: preload }),
    },
    log: path.join(folder, 'gatehouse.log'),
    ready: '/health/ready',
  });
}
