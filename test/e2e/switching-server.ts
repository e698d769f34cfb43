/** The service over a store whose writes go to and fro between two threads; `inThread` leaves them with the other one. */
import { pino } from 'pino';
import { readConfig } from '../../src/config/config.ts';
import { startService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';

const config = readConfig();
const takeBack = process.argv[2] === 'inThread' ? 0 : Infinity;
const service = await startService(config, {
  logger: pino({ level: config.logLevel }),
  print: (text) => process.stdout.write(text),
  limits: { eventLoopDelay: 0 },
  store: await openSqliteStore(config.database.replace(/^sqlite:/, ''), { pace: { handOver: 0, takeBack } }),
});
process.on('SIGTERM', () => void service.close().then(() => process.exit(0)));
