/** The process. A plain start goes straight to the server; any other command line is read first. */
const args = process.argv.slice(2);
const isPlainStart = args.length === 0 || (args.length === 1 && args[0] === 'serve');

process.exitCode = await (isPlainStart ? serve() : run());

async function serve() {
  const server = await import('./cli/serve.ts');
  return server.serve();
}

async function run() {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const { runCommand } = await import('./cli/program.ts');
  return runCommand(args, serve);
}

export {};
