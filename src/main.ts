/** The process. A plain start goes straight to the server; any other command line is read first. */
const args = process.argv.slice(2);
const isPlainStart = args.length === 0 || (args.length === 1 && args[0] === 'serve');

process.exitCode = await (isPlainStart ? serve() : run());

async function serve() {
  const server = await import('./cli/serve.ts');
  return server.serve();
}

async function run() {
  const { runCommand } = await import('./cli/program.ts');
  return runCommand(args, serve);
}

export {};
