/** The mocks that people would use instead, on the same 360dialog OpenAPI document. They check requests, and keep nothing. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Server } from './server.ts';

export type Peer = 'prism' | 'mockoon';

const source = path.join(import.meta.dirname, '..', 'peers');
/** Apart from the sources, whose checks would read every package. */
const installed = path.join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'gatehouse-bench');

/** Installs the peers if they are not there as the lockfile wants them. Throws npm's words if it cannot. */
export function installPeers(): void {
  const lock = 'package-lock.json';
  const kept = path.join(installed, 'node_modules', '.package-lock.json');
  const same = existsSync(kept) && readText(installed, lock) === readText(source, lock);
  if (same) return;
  mkdirSync(installed, { recursive: true });
  for (const file of ['package.json', lock]) cpSync(path.join(source, file), path.join(installed, file));
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: installed, stdio: 'pipe' });
}

export function peerVersion(
  name: '@fastify/http-proxy' | '@stoplight/prism-cli' | '@mockoon/cli' | 'autocannon',
): string {
  return JSON.parse(readText(path.join(source), 'package.json')).dependencies[name];
}

/** A file of an installed peer. */
export function peerFile(...names: readonly string[]): string {
  return path.join(installed, 'node_modules', ...names);
}

/** Starts a mock that answers its list with `list`, and quieter than it would be by itself: its log is not our subject. */
export function startPeer(peer: Peer, folder: string, list: string, key: string): Promise<Server> {
  const document = path.join(folder, '360dialog.openapi.json');
  writeFileSync(document, withExample(list));
  const command = {
    prism: ['@stoplight/prism-cli/dist/index.js', 'mock', '-h', '127.0.0.1', '-p', '{PORT}', '-v', 'error', document],
    mockoon: ['@mockoon/cli/bin/run.js', 'start', '-l', '127.0.0.1', '-p', '{PORT}', '-X', '-d', document],
  }[peer];
  const [script = '', ...args] = command;
  return Server.start({
    command: [process.execPath, peerFile(script), ...args],
    log: path.join(folder, `${peer}.log`),
    ready: '/block_users?limit=100',
    readyHeaders: { 'D360-API-KEY': key },
  });
}

/** The document, with a page that Gatehouse answered as the example of its list: mocks answer what a document shows. */
function withExample(list: string): string {
  const document = JSON.parse(readText(source, '360dialog.openapi.json'));
  document.paths['/block_users'].get.responses['200'].content['application/json'].example = JSON.parse(list);
  return JSON.stringify(document);
}

function readText(folder: string, file: string): string {
  const name = path.join(folder, file);
  return existsSync(name) ? readFileSync(name, 'utf8') : '';
}
