import type { PhoneNumberId } from '../../src/core/ids.ts';
import { isUserId, parseUser, type UserId } from '../../src/core/user.ts';
import { openStore } from '../../src/store/index.ts';
import type { Bench } from '../bench.ts';
import { install } from '../installation.ts';
import type { Sample } from '../sample.ts';
import type { Scenario } from '../scenario.ts';
import { Pgbench, pgbenchIsMissing } from '../servers/pgbench.ts';
import { phoneOf } from '../users.ts';

/** How many ask at once. */
const together = 256;
const database = 'pg_check_pgbench';

export const pgCheck: Scenario = {
  name: 'pg-check',
  title: 'Is this user blocked? Random ones of 64,000 who are, the store asked in process; pgbench selects by key',
  async open(bench: Bench) {
    const skipped = pgbenchIsMissing();
    if (skipped !== undefined) return { skipped };
    const server = await bench.postgres();
    const { url, first } = await bench.onPostgres('checks');
    const { id, count } = await install(bench.load, first.port, bench.listSize);
    const number = id as PhoneNumberId;
    const store = await openStore(url);
    bench.onEnd(() => store.close());
    const seconds = bench.quick ? 0.3 : 2;
    const rows = await server.database(database);
    await server.query(
      `CREATE TABLE listed (id bigint PRIMARY KEY, at bigint NOT NULL);
       INSERT INTO listed SELECT id, 1 FROM generate_series(1, ${count}) AS id; ANALYZE listed`,
      database,
    );
    const script = `\\set id random(1, ${count})\nSELECT at FROM listed WHERE id = :id;\n`;
    const pgbench = new Pgbench({ server, url: rows, folder: bench.folder(), script });
    return [
      {
        name: 'gatehouse',
        slice: () => ask((user) => store.lists.isBlocked(number, user), { count, seconds, server }),
      },
      {
        name: 'gatehouse, with the entry',
        slice: () => ask((user) => store.lists.check(number, user), { count, seconds, server }),
      },
      { name: 'pgbench', slice: async () => ({ ...(await pgbench.best(bench.quick ? 1 : 2)) }) },
    ];
  },
};

interface Asked {
  readonly count: number;
  readonly seconds: number;
  readonly server: { cpuMs(): number };
}

/** Each asks again as soon as it has its answer. */
async function ask(check: (user: UserId) => Promise<unknown>, { count, seconds, server }: Asked): Promise<Sample> {
  const cpu = () => server.cpuMs() + ownCpuMs();
  const before = cpu();
  const began = performance.now();
  const end = began + seconds * 1000;
  let answers = 0;
  const askOn = async () => {
    while (performance.now() < end) {
      const user = parseUser(phoneOf(Math.floor(Math.random() * count)));
      if (!isUserId(user) || !(await check(user))) throw new Error('a blocked user was not found');
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: together }, askOn));
  const milliseconds = performance.now() - began;
  return { rate: (answers / milliseconds) * 1000, cpu: ((cpu() - before) * 1000) / answers };
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
