import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config/config.ts';
import { type Service, startService } from '../service.ts';
import { StoreOpenError } from '../store/open-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/**
 * The log goes out in pieces, a tenth of a second's worth at most, and whole when the process ends by itself: a write for
 * each line costs more than many a request. If nobody reads it, lines are dropped, not requests.
 */
const logTo = { dest: 1, sync: false, minLength: 4096, periodicFlush: 100, maxLength: 16 * 1024 * 1024 };

/** How long the end may wait for the log, in ms: its reader may be stuck. */
const logGrace = 1000;

type LogOutput = ReturnType<typeof pino.destination>;

export function openLog(): LogOutput {
  const output = pino.destination(logTo);
  // Where lines cannot go now, for want of a reader or of room, the last ones are lost: at the exit pino would try for ever,
  // and an error that nobody listens for would end the process.
  return output.on('error', () => {
    output.flushSync = () => {};
  });
}

/** Sends what waits while there is still somebody to hear that it cannot be sent. */
async function settle(output: LogOutput): Promise<void> {
  const sent = new Promise<void>((resolve) => output.flush(() => resolve()));
  await Promise.race([sent, sleep(logGrace)]);
}

/** Starts the server, which then runs until a signal ends it; gives the code to exit with if it never does. */
export async function serve(): Promise<ExitCode> {
  try {
    await run();
    return exitCodes.ok;
  } catch (error) {
    process.stderr.write(`gatehouse: ${sentenceOf(error)}\n`);
    return exitCodes.failed;
  }
}

async function run(): Promise<void> {
  let service: Service | undefined;
  const output = openLog();
  const end = () => {
    // Before it listens nobody waits for an answer, and what the store has half done it undoes by itself.
    if (!service) process.exit(0);
    void service
      .close()
      .then(() => settle(output))
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  const config = readConfig();
  const logger = pino({ level: config.logLevel }, output);
  service = await startService(config, { logger, print: (text) => process.stdout.write(text) });
}

/** What stops a start, in words for who started it; a bug keeps its stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError) return `the settings are not right:\n  ${error.faults.join('\n  ')}`;
  if (error instanceof StoreOpenError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}: another program listens there (GATEHOUSE_PORT chooses another port)`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${message}: no address of this machine (GATEHOUSE_HOST)`;
  return code?.startsWith('E') && !code.startsWith('ERR_') ? message : (stack ?? message);
}
