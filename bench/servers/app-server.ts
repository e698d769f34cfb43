/**
 * Stands for an app that webhooks go on to. Arguments: port, and `takes`, or `hangs`: it reads, and never answers. A GET is
 * answered with how many POSTs came.
 */
import { createServer } from 'node:http';

const [port, does] = process.argv.slice(2);
let posts = 0;

createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(posts));
    return;
  }
  request.resume().once('end', () => {
    posts += 1;
    if (does === 'takes') response.writeHead(200, { 'content-length': 0 }).end();
  });
}).listen(Number(port), '127.0.0.1');
