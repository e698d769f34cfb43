import type { Bench } from '../bench.ts';
import { blocksOfMany, install } from '../installation.ts';
import type { Requests } from '../load/job.ts';
import type { Contender, Scenario, Skipped } from '../scenario.ts';
import { startBareListed } from '../servers/bare.ts';
import { leastTable } from '../servers/least-table.ts';
import { Pgbench, pgbenchIsMissing } from '../servers/pgbench.ts';
import type { Server } from '../servers/server.ts';

/** As many as wait at a busy node; pgbench has the best of several counts. */
const connections = 64;
const manyNumbers = 1000;
const usersPerRequest = 1000;

// As random as the users of the other contender, and as long.
const randomUser = "'491' || lpad((random() * 9999999999)::bigint::text, 10, '0')";
const insertOne = `\\set number random(1, ${manyNumbers})
INSERT INTO listed VALUES (:number, ${randomUser}, 1) ON CONFLICT DO NOTHING;
`;
const insertThousand = `\\set number random(1, ${manyNumbers})
INSERT INTO listed SELECT :number, wa_id, 1 FROM unnest(ARRAY (
  SELECT ${randomUser} FROM generate_series(1, ${usersPerRequest}))) AS wa_id ON CONFLICT DO NOTHING;
`;

export const pgBlockHot = scenario(
  'pg-block-hot',
  'Durable block of one new user on PostgreSQL, one number, 64 connections; pgbench inserts one row a transaction',
  insertOne,
  async (bench) => {
    const { first: server } = await bench.onPostgres('block_hot');
    const at = await install(bench.load, server.port, bench.listSize);
    return ofOne(bench, server, 'block_hot_bare', () => at.blocks());
  },
);

export const pgBlockMany = scenario('pg-block-many', 'The same for 1,000 numbers in turn', insertOne, async (bench) => {
  const { first: server } = await bench.onPostgres('block_many');
  const requests = await blocksOfMany(server.port, manyNumbers);
  let { from } = requests;
  return ofOne(bench, server, 'block_many_bare', () => {
    from += 1_000_000;
    return { ...requests, from };
  });
});

export const pgBlockThousand = scenario(
  'pg-block-thousand',
  'Durable block of 1,000 new users on PostgreSQL, four numbers; pgbench inserts 1,000 rows by unnest a transaction',
  insertThousand,
  async (bench) => {
    const { first: server } = await bench.onPostgres('block_thousand');
    const maxRequests = bench.quick ? 5 : 30;
    const slice = async () => {
      const streams = [];
      for (let number = 0; number < 4; number += 1) {
        const at = await install(bench.load, server.port, 0);
        streams.push({ server, connections: 1, requests: at.bigBlocks(maxRequests), maxRequests });
      }
      return bench.sliceOf(streams, [server, await bench.postgres()]);
    };
    return [{ name: 'gatehouse', slice }];
  },
);

/** Blocks of one, of Gatehouse and of what does nothing but insert, which get the same requests. */
async function ofOne(
  bench: Bench,
  gatehouse: Server,
  database: string,
  requests: () => Requests,
): Promise<readonly Contender[]> {
  const postgres = await bench.postgres();
  const url = await postgres.database(database);
  await postgres.query(leastTable, database);
  const bare = bench.keep(await startBareListed(bench.folder(), url));
  for (const server of [gatehouse, bare]) await bench.warm(server, { connections, requests: requests() });
  const slice = (server: Server) => bench.sliceOf([{ server, connections, requests: requests() }], [server, postgres]);
  return [
    { name: 'gatehouse', slice: () => slice(gatehouse) },
    { name: 'node:http that only inserts', slice: () => slice(bare) },
  ];
}

function scenario(
  name: string,
  title: string,
  script: string,
  open: (bench: Bench) => Promise<readonly Contender[]>,
): Scenario {
  return {
    name,
    title,
    async open(bench): Promise<readonly Contender[] | Skipped> {
      const skipped = pgbenchIsMissing();
      if (skipped !== undefined) return { skipped };
      const server = await bench.postgres();
      const database = `${name.replaceAll('-', '_')}_pgbench`;
      const url = await server.database(database);
      await server.query(leastTable, database);
      const pgbench = new Pgbench({ server, url, folder: bench.folder(), script });
      return [
        ...(await open(bench)),
        { name: 'pgbench', slice: async () => ({ ...(await pgbench.best(bench.quick ? 1 : 2)) }) },
      ];
    },
  };
}
