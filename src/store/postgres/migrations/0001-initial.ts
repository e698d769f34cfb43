/**
 * The tables. Times are in ms since the epoch. Every key begins with the number, the account or the app that a row belongs to,
 * so that rows can be spread over servers by it; installation, gatehouse_schema, account, connection and lease have few rows and
 * would be copied to each. Texts are compared by their bytes, whatever the database's language.
 *
 * It is one long text because it is one step: taken as a whole or not at all, and counted as one. No release knows a part of
 * it. Whatever changes the tables is a later step, in a file of its own, as databases are out there that took this one.
 */
export const sql = `
  CREATE TABLE gatehouse_schema (
    id             int PRIMARY KEY CHECK (id = 1),
    version        int NOT NULL,
    leaves_working int NOT NULL
  );

  CREATE TABLE installation (
    id             int PRIMARY KEY CHECK (id = 1),
    cursor_secret  bytea NOT NULL,
    admin_key_hash text,
    probes         bigint NOT NULL DEFAULT 0,
    -- What an empty installation is given is there.
    prepared       boolean NOT NULL DEFAULT false
  );

  -- Secrets are sealed. app_blocked is there if an app is.
  CREATE TABLE account (
    name        text COLLATE "C" PRIMARY KEY,
    created_at  bigint NOT NULL,
    app_url     text,
    app_secret  text,
    app_headers text,
    app_blocked text
  );

  -- What number has a connection keeps rule_push and rule_push_capacity, any other rule_window and rule_capacity.
  CREATE TABLE business_number (
    id                     text COLLATE "C" PRIMARY KEY,
    account                text COLLATE "C" NOT NULL,
    display_phone_number   text NOT NULL,
    wa_id                  text COLLATE "C" NOT NULL,
    phone_key              text COLLATE "C" NOT NULL,
    name                   text,
    connection             text COLLATE "C",
    upstream_number_id     text COLLATE "C",
    on_store_failure       text NOT NULL DEFAULT 'refuse',
    rule_window            text NOT NULL,
    rule_capacity          int,
    rule_push              text,
    rule_push_capacity     int,
    rule_paging            text NOT NULL,
    partial_failure_status int NOT NULL,
    app_url                text,
    app_secret             text,
    app_headers            text,
    app_blocked            text,
    created_at             bigint NOT NULL
  );
  CREATE INDEX business_number_by_phone ON business_number (phone_key);
  CREATE INDEX business_number_by_account ON business_number (account, id);
  CREATE INDEX business_number_by_upstream ON business_number (connection, upstream_number_id)
    WHERE connection IS NOT NULL;
  -- Its two ends tell whether all numbers of an account share one connection.
  CREATE INDEX business_number_by_account_connection ON business_number (account, connection);

  CREATE TABLE api_key (
    account     text COLLATE "C" NOT NULL,
    id          text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    secret_hash text COLLATE "C" NOT NULL,
    all_numbers boolean NOT NULL,
    created_at  bigint NOT NULL,
    expires_at  bigint,
    revoked_at  bigint,
    PRIMARY KEY (account, id)
  );
  CREATE UNIQUE INDEX api_key_active_secret ON api_key (secret_hash) WHERE revoked_at IS NULL;
  CREATE INDEX api_key_revoked_secret ON api_key (secret_hash, revoked_at) WHERE revoked_at IS NOT NULL;
  CREATE INDEX api_key_by_id ON api_key (id);

  CREATE TABLE key_number (
    account text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    number  text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, key, number)
  );
  CREATE INDEX key_number_by_number ON key_number (number);

  -- Secrets are sealed. revision grows with each change: what had failed is tried again. epoch grows when it comes to lead to
  -- another list: what was pushed before it is of no list any more.
  CREATE TABLE connection (
    name                text COLLATE "C" PRIMARY KEY,
    provider            text NOT NULL,
    origin              text,
    api_version         text,
    account             text COLLATE "C" NOT NULL,
    webhook_header_name text,
    token               text NOT NULL,
    app_secret          text,
    verify_token        text,
    webhook_secret      text,
    webhook_header      text,
    revision            bigint NOT NULL DEFAULT 0,
    epoch               bigint NOT NULL DEFAULT 0,
    created_at          bigint NOT NULL
  );

  -- The counters of a list; every change of it locks its row. They outlive the number, so that its log goes on when the number
  -- is created again. Room is left in its pages: a row that grows no index is written over in place.
  CREATE TABLE number_state (
    number      text COLLATE "C" PRIMARY KEY,
    count       bigint NOT NULL,
    version     bigint NOT NULL,
    seq         bigint NOT NULL,
    next_person bigint NOT NULL,
    -- The node that wrote last, and which of its writes it was: what anybody has changed of the number moves this.
    written_by  text COLLATE "C" NOT NULL DEFAULT '',
    written     bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);

  -- By which ids a person is found: a wa_id's digits, a BSUID, and, after a '-', the form that variants of a phone number share.
  CREATE TABLE identity (
    number text COLLATE "C" NOT NULL,
    value  text COLLATE "C" NOT NULL,
    person bigint NOT NULL,
    PRIMARY KEY (number, value)
  );

  -- What is known of a person beyond one block. Whoever was blocked as a stranger has the seq of that entry as id, and
  -- no row here as long as the entry says all; a person first known by a message has a negative id.
  -- A person who turned out to be another one says whom in merged_into.
  CREATE TABLE person (
    number          text COLLATE "C" NOT NULL,
    id              bigint NOT NULL,
    wa_id           text,
    user_id         text,
    settled         boolean NOT NULL,
    last_message_at bigint,
    blocked_seq     bigint,
    merged_into     bigint,
    PRIMARY KEY (number, id)
  );

  -- Who is blocked now, in list order, with all that a row of the list shows.
  CREATE TABLE block_entry (
    number     text COLLATE "C" NOT NULL,
    seq        bigint NOT NULL,
    wa_id      text,
    user_id    text,
    blocked_at bigint NOT NULL,
    dialect    text NOT NULL,
    key_id     text,
    request_id text NOT NULL,
    reason     text,
    PRIMARY KEY (number, seq)
  );

  -- The log: one row for what a request did in one way, with its n users as JSON. User i has the seq last_seq - n + 1 + i.
  CREATE TABLE block_event (
    number     text COLLATE "C" NOT NULL,
    last_seq   bigint NOT NULL,
    n          int NOT NULL,
    at         bigint NOT NULL,
    action     text NOT NULL,
    dialect    text NOT NULL,
    key_id     text,
    request_id text NOT NULL,
    reason     text,
    users      text NOT NULL,
    PRIMARY KEY (number, last_seq)
  );

  -- Which write was the last of each node but the one that wrote last: what became of a COMMIT whose answer was lost. For what
  -- is of no number that is hosted here, that of every node.
  CREATE TABLE group_written (
    number text COLLATE "C" NOT NULL,
    node   text COLLATE "C" NOT NULL,
    last   bigint NOT NULL,
    at     bigint NOT NULL,
    PRIMARY KEY (number, node)
  ) WITH (fillfactor = 50);

  -- The lists that are pushed. Entries up to enqueue_through were there before the provider's list was; those up to
  -- enqueue_after have got their rows in push, and all of them once it is null. A row of an earlier generation than that
  -- tells of another list and does not count. import_pending: whom the provider listed before is still to be blocked here.
  -- revision is that of the connection when what had failed was tried again, epoch that of when it was begun.
  CREATE TABLE push_list (
    number          text COLLATE "C" PRIMARY KEY,
    enqueue_after   bigint,
    enqueue_through bigint NOT NULL,
    occupied        bigint NOT NULL,
    import_pending  boolean NOT NULL DEFAULT false,
    revision        bigint NOT NULL DEFAULT 0,
    epoch           bigint NOT NULL
  ) WITH (fillfactor = 50);

  -- Whom the provider was told of, or is to be. target is the id that it is told: the wa_id, else the BSUID. occupies: the
  -- user may be on the provider's list.
  CREATE TABLE push (
    number          text COLLATE "C" NOT NULL,
    target          text COLLATE "C" NOT NULL,
    goal            text NOT NULL,
    generation      bigint NOT NULL,
    state           text NOT NULL,
    occupies        boolean NOT NULL,
    code            int,
    detail          text,
    attempts        int NOT NULL,
    last_attempt_at bigint,
    due             bigint,
    PRIMARY KEY (number, target)
  );
  CREATE INDEX push_due ON push (number, due, generation) WHERE due IS NOT NULL;
  CREATE INDEX push_overflow ON push (number, generation) WHERE state = 'overflow';
  CREATE INDEX push_failed ON push (number) WHERE state = 'failed';
  CREATE INDEX push_removing ON push (number) WHERE goal = 'unblock';

  -- What was asked for under push: "wait" and is not settled: nothing else changes before. Several requests may ask for one
  -- user at once, and each settles its own. held is what becomes of the user's held messages once the unblock counts.
  CREATE TABLE push_intent (
    number     text COLLATE "C" NOT NULL,
    target     text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    goal       text NOT NULL,
    attempts   int NOT NULL,
    due        bigint NOT NULL,
    dialect    text NOT NULL,
    key_id     text,
    request_id text NOT NULL,
    reason     text,
    held       text,
    PRIMARY KEY (number, target, generation)
  );
  CREATE INDEX push_intent_due ON push_intent (number, due, generation);

  -- How many rows of push there are of a list, by what is told of them: the state, or that they are being removed.
  CREATE TABLE push_count (
    number text COLLATE "C" NOT NULL,
    state  text COLLATE "C" NOT NULL,
    users  bigint NOT NULL,
    PRIMARY KEY (number, state)
  ) WITH (fillfactor = 50);

  -- What was taken in: a hash of its kind and its id, within its number, or '@' and its connection.
  CREATE TABLE seen (
    scope text COLLATE "C" NOT NULL,
    key   bytea NOT NULL,
    at    bigint NOT NULL,
    PRIMARY KEY (scope, key)
  );
  CREATE INDEX seen_at ON seen (scope, at);

  -- POSTs that are to reach an app, in order. app is a number or an account: number:ID or account:NAME. A delivery's id is
  -- made of seq and tail. due is null once it is given up.
  CREATE SEQUENCE delivery_seq;
  CREATE TABLE delivery (
    app             text COLLATE "C" NOT NULL,
    seq             bigint NOT NULL,
    tail            bytea NOT NULL,
    number          text COLLATE "C",
    keys            text NOT NULL,
    is_blocked      boolean NOT NULL,
    created_at      bigint NOT NULL,
    attempts        int NOT NULL,
    -- Since when it is tried, if somebody had it sent again; else since created_at.
    tried_since     bigint,
    due             bigint,
    last_attempt_at bigint,
    detail          text,
    bytes           int NOT NULL,
    body            text NOT NULL,
    PRIMARY KEY (app, seq)
  );
  CREATE INDEX delivery_by_seq ON delivery (seq);
  CREATE INDEX delivery_waiting ON delivery (app, seq) WHERE due IS NOT NULL;
  CREATE INDEX delivery_given_up ON delivery (app, seq) WHERE due IS NULL;
  CREATE INDEX delivery_given_up_at ON delivery (last_attempt_at) WHERE due IS NULL;

  -- What there is of an app is the sum of its slots, so that numbers which share an app seldom wait for each other to count.
  CREATE TABLE delivery_count (
    app            text COLLATE "C" NOT NULL,
    slot           int NOT NULL,
    waiting        bigint NOT NULL,
    waiting_bytes  bigint NOT NULL,
    given_up       bigint NOT NULL,
    given_up_bytes bigint NOT NULL,
    PRIMARY KEY (app, slot)
  ) WITH (fillfactor = 50);

  -- Messages of blocked users, in the order in which they came. at is when one was written.
  CREATE SEQUENCE held_seq;
  CREATE TABLE held (
    number  text COLLATE "C" NOT NULL,
    seq     bigint NOT NULL,
    person  bigint NOT NULL,
    id      text NOT NULL,
    at      bigint NOT NULL,
    kept_at bigint NOT NULL,
    bytes   int NOT NULL,
    body    text NOT NULL,
    PRIMARY KEY (number, seq)
  );
  CREATE INDEX held_by_person ON held (number, person, seq);
  CREATE INDEX held_kept_at ON held (kept_at);

  CREATE TABLE held_count (
    number   text COLLATE "C" PRIMARY KEY,
    messages bigint NOT NULL,
    bytes    bigint NOT NULL
  ) WITH (fillfactor = 50);

  -- Who does a piece of work now, and until when by this server's clock; nobody: there is no row. token grows with every new
  -- holder.
  CREATE SEQUENCE lease_token;
  CREATE TABLE lease (
    work  text COLLATE "C" PRIMARY KEY,
    node  text NOT NULL,
    token bigint NOT NULL,
    until timestamptz NOT NULL
  ) WITH (fillfactor = 50);

  -- The last reconcile of each number; token is that of the lease under which it is done.
  CREATE TABLE job (
    number     text COLLATE "C" PRIMARY KEY,
    token      bigint NOT NULL,
    id         text NOT NULL,
    state      text NOT NULL,
    prefer     text NOT NULL,
    done       int NOT NULL,
    total      int NOT NULL,
    started_at bigint NOT NULL,
    ended_at   bigint
  ) WITH (fillfactor = 50);
`;
