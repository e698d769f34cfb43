/**
 * The crowd process: opens connections that are in the way. Half have made a request and rest; half send a request's head
 * one byte a second, and come again when the server has enough of them. Arguments: port, how many. Says `there` to its
 * parent once all are connected; ends with it.
 */
import { connect, type Socket } from 'node:net';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const request = `GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
/** Connections opened at once: fewer than a server lets wait. */
const batch = 200;
const slow = new Map<Socket, number>();

process.on('disconnect', () => process.exit());
setInterval(() => {
  for (const [socket, sent] of slow) {
    socket.write(request[sent % request.length] ?? '');
    slow.set(socket, sent + 1);
  }
}, 1000);

for (let opened = 0; opened < count; opened += batch) {
  const some = Math.min(batch, count - opened);
  await Promise.all(Array.from({ length: some }, (_, index) => (index % 2 === 0 ? rest() : crawl())));
}
process.send?.('there');

/** Resolves when its one request is answered. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${request}\r\n`));
    socket.once('data', () => resolve());
    socket.on('error', () => {});
    socket.on('close', () => void rest().then(resolve));
  });
}

function crawl(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      slow.set(socket, 0);
      resolve();
    });
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.on('close', () => {
      slow.delete(socket);
      void crawl().then(resolve);
    });
  });
}
