import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig } from './config/config.ts';
import { variables } from './config/env.ts';
import { type Service, startService } from './service.ts';
import { StoreOpenError } from './store/open-error.ts';
import { version } from './version.ts';

const usage = `Usage: gatehouse [--help] [--version]

Runs the block list. Settings are environment variables (default):

${Object.entries(variables)
  .map(([name, text]) => `  ${name.padEnd(22)} ${text}`)
  .join('\n')}
`;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (values.help || values.version) {
      process.stdout.write(values.help ? usage : `${version}\n`);
      return 0;
    }
    await run();
    return 0;
  } catch (error) {
    process.stderr.write(`gatehouse: ${sentenceOf(error)}\n`);
    return 1;
  }
}

async function run(): Promise<void> {
  let service: Service | undefined;
  const end = () => {
    // Before it listens nobody waits for an answer, and what the store has half done it undoes by itself.
    if (!service) process.exit(0);
    void service.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  const config = readConfig();
  const logger = pino({ level: config.logLevel });
  service = await startService(config, { logger, print: (text) => process.stdout.write(text) });
}

/** What stops a start, in words for who started it; a bug keeps its stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError) return `the settings are not right:\n  ${error.faults.join('\n  ')}`;
  if (error instanceof StoreOpenError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${usage}`;
  if (code === 'EADDRINUSE') return `${message}: another program listens there (GATEHOUSE_PORT chooses another port)`;
  return code?.startsWith('E') && !code.startsWith('ERR_') ? message : (stack ?? message);
}
