/** Runs the service over another store than its own; `BENCH_VARIANT` says which. */
import { pino } from 'pino';
import { openLog } from '../../src/cli/serve.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Store } from '../../src/core/ports.ts';
import { startService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Variant } from './gatehouse.ts';
import { createNullStore } from './null-store.ts';

const config = readConfig();
const service = await startService(config, {
  logger: pino({ level: config.logLevel }, openLog()),
  print: (text) => process.stdout.write(text),
  store: await openVariant(process.env['BENCH_VARIANT'] as Variant),
});
process.on('SIGTERM', () => void service.close().then(() => process.exit(0)));

async function openVariant(variant: Variant): Promise<Store> {
  if (variant === 'store off') return createNullStore();
  const file = config.database.replace(/^sqlite:/, '');
  if (variant === 'one transaction a request') return openSqliteStore(file, { maxWrites: 1 });
  const store = await openSqliteStore(file);
  return { ...store, lists: { ...store.lists, isBlocked: async () => false } };
}
