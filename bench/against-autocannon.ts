/**
 * The measurement behind docs/decisions/0007: one bare server, loaded by autocannon and by our own load process in turn.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LoadProcess } from './load/load-process.ts';
import { summarize } from './result.ts';
import { startBare } from './servers/bare.ts';
import { installPeers, peerFile } from './servers/peers.ts';

const [seconds, connections, rounds] = [3, 32, 5];

installPeers();
const folder = mkdtempSync(path.join('data', 'autocannon-'));
const list = JSON.stringify({ data: 'x'.repeat(13_000) });
const server = await startBare(folder, { list, check: JSON.stringify({ data: 'x'.repeat(200) }) });
const load = new LoadProcess();

for (const [name, target] of [
  ['200 bytes', '/api/'],
  ['13 kB', '/'],
] as const) {
  const ours: number[] = [];
  const theirs: number[] = [];
  const request = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
  for (let round = 0; round < rounds; round += 1) {
    const requests = { kind: 'walk', texts: [request] } as const;
    ours.push((await load.measure({ port: server.port, connections, status: 200, requests }, seconds, 0.3)).rate);
    theirs.push(await autocannon(`http://127.0.0.1:${server.port}${target}`));
  }
  console.log(name, 'own', summarize(ours), 'autocannon', summarize(theirs));
}
await load.close();
await server.stop();
rmSync(folder, { recursive: true });

async function autocannon(url: string): Promise<number> {
  const args = [
    peerFile('autocannon', 'autocannon.js'),
    '-j',
    '-n',
    '-c',
    String(connections),
    '-d',
    String(seconds),
    url,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { requests } = JSON.parse(stdout);
  return requests.average;
}
