/** The service, killed by the first webhook that it takes in: before the store has it, or after it is on disk. */
import { pino } from 'pino';
import { readConfig } from '../../src/config/config.ts';
import type { Webhooks } from '../../src/core/ports.ts';
import { startService } from '../../src/service.ts';
import { openStore } from '../../src/store/index.ts';

const config = readConfig();
const store = await openStore(config.database);
const takeIn: Webhooks['takeIn'] = async (intake) => {
  if (process.argv[2] === 'after') await store.webhooks.takeIn(intake);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('it should be dead');
};
await startService(config, {
  logger: pino({ level: config.logLevel }),
  print: (text) => process.stdout.write(text),
  store: { ...store, webhooks: { ...store.webhooks, takeIn } },
});
