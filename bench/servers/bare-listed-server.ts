/**
 * The ceiling over HTTP: `node:http` that adds to the least table a list could be and does nothing else. It knows no rules, keys or
 * logs; of each number it writes together what waits together, and it answers when that is committed.
 */
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { Client } from 'pg';
import { leastInsert } from './least-table.ts';

interface Waiting {
  readonly user: string;
  readonly response: ServerResponse;
}

/** As many as Gatehouse has. */
const connections = 10;

const [port, url = ''] = process.argv.slice(2);
const answer = Buffer.from('{"messaging_product":"whatsapp","block_users":{"added_users":[]}}');
const idle = await Promise.all(
  Array.from({ length: connections }, async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  }),
);
/** Of each number for which somebody waits. Several groups of it may be under way, as none looks at what another wrote. */
const lines = new Map<string, Waiting[]>();

createServer(async (request, response) => {
  const [, , number = ''] = request.url?.split('/') ?? [];
  // What asks whether it is ready.
  if (request.method === 'GET') return void answerOk(response);
  const body = (await json(request)) as { readonly block_users: readonly [{ readonly user: string }] };
  const waiting = { user: body.block_users[0].user, response };
  const line = lines.get(number);
  if (line) line.push(waiting);
  else lines.set(number, [waiting]);
  setImmediate(serve);
}).listen(Number(port), '127.0.0.1');

function serve(): void {
  for (const [number, group] of lines) {
    const client = idle.pop();
    if (!client) return;
    lines.delete(number);
    void add(client, number, group);
  }
}

async function add(client: Client, number: string, group: readonly Waiting[]): Promise<void> {
  await client.query({ ...leastInsert, values: [number, group.map(({ user }) => user)] });
  for (const { response } of group) answerOk(response);
  idle.push(client);
  serve();
}

function answerOk(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
  response.end(answer);
}
