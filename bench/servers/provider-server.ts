/** Stands for a provider: agrees to every change of a block list, and answers everything else with one body from memory. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Item {
  readonly user?: string;
  readonly user_id?: string;
}

const sent = Buffer.from(
  '{"messaging_product":"whatsapp","contacts":[{"input":"16505550123","wa_id":"16505550123"}],"messages":[{"id":"wamid.HBgLMTY1MDU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"}]}',
);

const [port] = process.argv.slice(2);

createServer((request, response) => {
  if (request.url?.includes('/block_users')) return void answerChange(request, response);
  // A body is read to its end, as an answer before it would be another case.
  request.resume().once('end', () => answer(response, sent));
}).listen(Number(port), '127.0.0.1');

async function answerChange(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()).block_users as Item[]) : [];
  const items = asked.map(({ user, user_id: userId }) => ({ input: user ?? userId, wa_id: user, user_id: userId }));
  const list = request.method === 'POST' ? 'added_users' : 'removed_users';
  const body = { messaging_product: 'whatsapp', block_users: { [list]: items } };
  answer(response, Buffer.from(JSON.stringify(request.method === 'GET' ? { data: [] } : body)));
}

function answer(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
