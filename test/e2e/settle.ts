import assert from 'node:assert/strict';
import type { Client } from '../helpers/client.ts';
import type { Ledger, LoggedEvent } from './ledger.ts';

/** A number, and the secret of a key that reaches it. */
export interface Reached {
  readonly id: string;
  readonly secret: string;
}

/** Holds a number's list, count and log, as a server tells them, against what clients know. */
export async function settle(server: Client, { id, secret }: Reached, ledger: Ledger): Promise<void> {
  const { json } = await server.admin('GET', `/numbers/${id}`);
  const path = `/v25.0/${id}/block_users`;
  const headers = { authorization: `Bearer ${secret}` };
  const list = await readAll<{ wa_id: string }>(async (after) =>
    server.call('GET', `${path}?limit=1000${after}`, { headers }),
  );
  const events = await readAll<LoggedEvent>(async (after) =>
    server.admin('GET', `/numbers/${id}/events?limit=1000${after}`),
  );
  ledger.settle(
    list.map((row) => row.wa_id),
    json.blocked_users,
    events,
  );
}

async function readAll<Row>(read: (after: string) => ReturnType<Client['call']>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ; ) {
    const { status, json, text } = await read(after);
    assert.equal(status, 200, text);
    rows.push(...json.data);
    if (json.paging?.next === undefined) return rows;
    after = `&after=${encodeURIComponent(json.paging.cursors.after)}`;
  }
}
