import type { Bench } from '../bench.ts';
import { blocksOfMany, install } from '../installation.ts';
import type { Sample } from '../sample.ts';
import type { Contender, Scenario, Skipped } from '../scenario.ts';
import { Pgbench, pgbenchIsMissing } from '../servers/pgbench.ts';

/** As many as wait at a busy node; pgbench has the best of several counts. */
const connections = 64;
const manyNumbers = 1000;
const usersPerRequest = 1000;

/** The least table that a list could be. */
const table = `CREATE TABLE listed (
  number text COLLATE "C", wa_id text COLLATE "C", at bigint NOT NULL, PRIMARY KEY (number, wa_id))`;
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
    return async () =>
      bench.sliceOf([{ server, connections, requests: at.blocks() }], [server, await bench.postgres()]);
  },
);

export const pgBlockMany = scenario('pg-block-many', 'The same for 1,000 numbers in turn', insertOne, async (bench) => {
  const { first: server } = await bench.onPostgres('block_many');
  const requests = await blocksOfMany(server.port, manyNumbers);
  let { from } = requests;
  return async () => {
    from += 1_000_000;
    const stream = { server, connections, requests: { ...requests, from } };
    return bench.sliceOf([stream], [server, await bench.postgres()]);
  };
});

export const pgBlockThousand = scenario(
  'pg-block-thousand',
  'Durable block of 1,000 new users on PostgreSQL, four numbers; pgbench inserts 1,000 rows by unnest a transaction',
  insertThousand,
  async (bench) => {
    const { first: server } = await bench.onPostgres('block_thousand');
    const maxRequests = bench.quick ? 5 : 30;
    return async () => {
      const streams = [];
      for (let number = 0; number < 4; number += 1) {
        const at = await install(bench.load, server.port, 0);
        streams.push({ server, connections: 1, requests: at.bigBlocks(maxRequests), maxRequests });
      }
      return bench.sliceOf(streams, [server, await bench.postgres()]);
    };
  },
);

function scenario(
  name: string,
  title: string,
  script: string,
  open: (bench: Bench) => Promise<() => Promise<Sample>>,
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
      await server.query(table, database);
      const pgbench = new Pgbench({ server, url, folder: bench.folder(), script });
      return [
        { name: 'gatehouse', slice: await open(bench) },
        { name: 'pgbench', slice: async () => ({ ...(await pgbench.best(bench.quick ? 1 : 2)) }) },
      ];
    },
  };
}
