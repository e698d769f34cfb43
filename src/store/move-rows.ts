/**
 * What a store consists of, in no engine's words: its tables in the order in which they are filled. What is left out belongs to
 * the processes that run or to the engine (`notMoved` of each).
 */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'bytes';

export type Value = string | number | boolean | Uint8Array | null;

/** The values of a row, in the order of the table's columns. */
export type MovedRow = readonly Value[];

export interface MovedTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** The columns that no two rows have alike. */
  readonly key: readonly string[];
  /** The column that says whose a row is; counts and hashes are compared for each. */
  readonly of?: string;
  /** So many rows are read at once. */
  readonly together: number;
}

const app = { app_url: 'text', app_secret: 'text', app_headers: 'text', app_blocked: 'text' } as const;
const by = { dialect: 'text', key_id: 'text', request_id: 'text', reason: 'text' } as const;
const small = 2000;
/** With bodies, of which each may have megabytes. */
const big = 64;

export const movedTables: readonly MovedTable[] = [
  {
    name: 'installation',
    columns: { id: 'integer', cursor_secret: 'bytes', admin_key_hash: 'text', probes: 'integer', prepared: 'boolean' },
    key: ['id'],
    together: small,
  },
  { name: 'account', columns: { name: 'text', created_at: 'integer', ...app }, key: ['name'], together: small },
  {
    name: 'connection',
    columns: {
      name: 'text',
      provider: 'text',
      origin: 'text',
      api_version: 'text',
      account: 'text',
      webhook_header_name: 'text',
      token: 'text',
      app_secret: 'text',
      verify_token: 'text',
      webhook_secret: 'text',
      webhook_header: 'text',
      created_at: 'integer',
    },
    key: ['name'],
    together: small,
  },
  {
    name: 'business_number',
    columns: {
      id: 'text',
      account: 'text',
      display_phone_number: 'text',
      wa_id: 'text',
      phone_key: 'text',
      name: 'text',
      connection: 'text',
      upstream_number_id: 'text',
      on_store_failure: 'text',
      rule_window: 'text',
      rule_capacity: 'integer',
      rule_push: 'text',
      rule_push_capacity: 'integer',
      rule_paging: 'text',
      partial_failure_status: 'integer',
      ...app,
      created_at: 'integer',
    },
    key: ['id'],
    of: 'id',
    together: small,
  },
  {
    name: 'api_key',
    columns: {
      account: 'text',
      id: 'text',
      name: 'text',
      secret_hash: 'text',
      all_numbers: 'boolean',
      created_at: 'integer',
      expires_at: 'integer',
      revoked_at: 'integer',
    },
    key: ['account', 'id'],
    of: 'account',
    together: small,
  },
  {
    name: 'key_number',
    columns: { account: 'text', key: 'text', number: 'text' },
    key: ['account', 'key', 'number'],
    of: 'number',
    together: small,
  },
  {
    name: 'job',
    columns: {
      number: 'text',
      id: 'text',
      state: 'text',
      prefer: 'text',
      done: 'integer',
      total: 'integer',
      started_at: 'integer',
      ended_at: 'integer',
    },
    key: ['number'],
    of: 'number',
    together: small,
  },
  {
    name: 'number_state',
    columns: { number: 'text', count: 'integer', version: 'integer', seq: 'integer', next_person: 'integer' },
    key: ['number'],
    of: 'number',
    together: small,
  },
  {
    name: 'identity',
    columns: { number: 'text', value: 'text', person: 'integer' },
    key: ['number', 'value'],
    of: 'number',
    together: small,
  },
  {
    name: 'person',
    columns: {
      number: 'text',
      id: 'integer',
      wa_id: 'text',
      user_id: 'text',
      settled: 'boolean',
      last_message_at: 'integer',
      blocked_seq: 'integer',
      merged_into: 'integer',
    },
    key: ['number', 'id'],
    of: 'number',
    together: small,
  },
  {
    name: 'block_entry',
    columns: { number: 'text', seq: 'integer', wa_id: 'text', user_id: 'text', blocked_at: 'integer', ...by },
    key: ['number', 'seq'],
    of: 'number',
    together: small,
  },
  {
    name: 'block_event',
    columns: {
      number: 'text',
      last_seq: 'integer',
      n: 'integer',
      at: 'integer',
      action: 'text',
      ...by,
      users: 'text',
    },
    key: ['number', 'last_seq'],
    of: 'number',
    together: 200,
  },
  {
    name: 'push_list',
    columns: {
      number: 'text',
      enqueue_after: 'integer',
      enqueue_through: 'integer',
      occupied: 'integer',
      import_pending: 'boolean',
    },
    key: ['number'],
    of: 'number',
    together: small,
  },
  {
    name: 'push',
    columns: {
      number: 'text',
      target: 'text',
      goal: 'text',
      generation: 'integer',
      state: 'text',
      occupies: 'boolean',
      code: 'integer',
      detail: 'text',
      attempts: 'integer',
      last_attempt_at: 'integer',
      due: 'integer',
    },
    key: ['number', 'target'],
    of: 'number',
    together: small,
  },
  {
    name: 'push_intent',
    columns: {
      number: 'text',
      target: 'text',
      generation: 'integer',
      goal: 'text',
      attempts: 'integer',
      due: 'integer',
      ...by,
      held: 'text',
    },
    key: ['number', 'target', 'generation'],
    of: 'number',
    together: small,
  },
  {
    name: 'push_count',
    columns: { number: 'text', state: 'text', users: 'integer' },
    key: ['number', 'state'],
    of: 'number',
    together: small,
  },
  {
    name: 'seen',
    columns: { scope: 'text', key: 'bytes', at: 'integer' },
    key: ['scope', 'key'],
    of: 'scope',
    together: small,
  },
  {
    name: 'delivery',
    columns: {
      app: 'text',
      seq: 'integer',
      tail: 'bytes',
      number: 'text',
      keys: 'text',
      is_blocked: 'boolean',
      created_at: 'integer',
      attempts: 'integer',
      tried_since: 'integer',
      due: 'integer',
      last_attempt_at: 'integer',
      detail: 'text',
      bytes: 'integer',
      body: 'text',
    },
    key: ['app', 'seq'],
    of: 'app',
    together: big,
  },
  {
    name: 'delivery_count',
    columns: {
      app: 'text',
      waiting: 'integer',
      waiting_bytes: 'integer',
      given_up: 'integer',
      given_up_bytes: 'integer',
    },
    key: ['app'],
    of: 'app',
    together: small,
  },
  {
    // The last number that a delivery was given: ids of those that are gone are not given again.
    name: 'delivery_seq',
    columns: { last: 'integer' },
    key: ['last'],
    together: small,
  },
  {
    name: 'held',
    columns: {
      number: 'text',
      seq: 'integer',
      person: 'integer',
      id: 'text',
      at: 'integer',
      kept_at: 'integer',
      bytes: 'integer',
      body: 'text',
    },
    key: ['number', 'seq'],
    of: 'number',
    together: big,
  },
  {
    name: 'held_count',
    columns: { number: 'text', messages: 'integer', bytes: 'integer' },
    key: ['number'],
    of: 'number',
    together: small,
  },
];
