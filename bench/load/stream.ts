import { Connection } from './connection.ts';
import type { Job, Measured, Stream } from './job.ts';
import { Latencies } from './latencies.ts';
import { requestSource } from './requests.ts';

/**
 * Runs one stream for its time.
 *
 *   closed (no rate): a connection sends its next request as soon as it has its answer; latency counts from the sending.
 *   paced (a rate):   requests fall due by the clock and take a free connection, or wait for one; latency counts from
 *                     when they were due, so that a server that stalls is not spared the requests of that time.
 */
export async function runStream(stream: Stream, { seconds, warmSeconds }: Job): Promise<Measured> {
  const { port, connections, rate, maxRequests = Infinity } = stream;
  const statuses = [stream.status, stream.orStatus ?? stream.status];
  const next = requestSource(stream.requests);
  const latencies = new Latencies();
  const failure = Promise.withResolvers<never>();
  // A connection may fail while others still open, when nobody waits for this yet.
  failure.promise.catch(() => {});
  const over = Promise.withResolvers<void>();
  const idle: Connection[] = [];
  const waiting: number[] = [];
  let sent = 0;
  let begin = Infinity;
  let answers = 0;
  let lastAnswer = 0;
  let open = true;
  let underWay = 0;

  const send = (connection: Connection, due: number) => {
    sent += 1;
    underWay += 1;
    connection.since = due;
    connection.send(next());
  };
  const answered = (connection: Connection) => {
    const now = performance.now();
    underWay -= 1;
    if (now >= begin && (open || maxRequests < Infinity)) {
      latencies.add(now - connection.since);
      answers += 1;
      lastAnswer = now;
    }
    if (open && sent < maxRequests) {
      if (rate === undefined) send(connection, now);
      else if (waiting.length > 0) send(connection, waiting.shift() ?? now);
      else idle.push(connection);
    } else if (underWay === 0) over.resolve();
  };

  const all = await Promise.all(
    Array.from({ length: connections }, () => Connection.open(port, statuses, answered, failure.reject)),
  );
  const start = performance.now();
  begin = start + warmSeconds * 1000;
  const end = begin + seconds * 1000;
  let pace: NodeJS.Timeout | undefined;
  if (rate === undefined) {
    for (const connection of all) if (sent < maxRequests) send(connection, performance.now());
  } else {
    idle.push(...all);
    let due = 0;
    pace = setInterval(() => {
      const now = performance.now();
      for (const target = ((now - start) / 1000) * rate; due < target; due += 1) {
        // In turn: a server closes connections that rest for long.
        const connection = idle.shift();
        if (connection) send(connection, now);
        else waiting.push(now);
      }
    }, 1);
  }
  const timer = setTimeout(() => {
    open = false;
    // Requests that never got a connection waited at least until now.
    for (const due of waiting) latencies.add(performance.now() - due);
    if (underWay === 0) over.resolve();
  }, end - start);
  try {
    await Promise.race([over.promise, failure.promise]);
  } finally {
    clearTimeout(timer);
    clearInterval(pace);
    for (const connection of all) connection.close();
  }
  const [p50 = 0, p99 = 0] = latencies.percentiles(0.5, 0.99);
  const span = Math.min(lastAnswer, maxRequests < Infinity ? lastAnswer : end) - begin;
  return { sent, rate: (answers / span) * 1000, p50, p99 };
}
