/** The ceiling: `node:http` that answers every request of a kind with the same body, which it reads from a file. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Bodies that Gatehouse answered. */
export interface CannedBodies {
  readonly list: string;
  readonly check: string;
}

const [port, file = ''] = process.argv.slice(2);
const bodies: CannedBodies = JSON.parse(readFileSync(file, 'utf8'));
const list = Buffer.from(bodies.list);
const check = Buffer.from(bodies.check);

createServer((request, response) => {
  const body = request.url?.startsWith('/api/') ? check : list;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}).listen(Number(port), '127.0.0.1');
