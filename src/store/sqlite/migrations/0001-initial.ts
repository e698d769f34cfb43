/**
 * Times are in ms since the epoch. Every key begins with the number or account that a row belongs to, so that what is
 * read together lies together.
 */
export const sql = `
  CREATE TABLE installation (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    cursor_secret  BLOB NOT NULL,
    admin_key_hash TEXT,
    probes         INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE account (
    name       TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE business_number (
    id                     TEXT PRIMARY KEY,
    account                TEXT NOT NULL,
    display_phone_number   TEXT NOT NULL,
    wa_id                  TEXT NOT NULL,
    phone_key              TEXT NOT NULL,
    name                   TEXT,
    rule_window            TEXT NOT NULL,
    rule_capacity          INTEGER,
    rule_paging            TEXT NOT NULL,
    partial_failure_status INTEGER NOT NULL,
    created_at             INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX business_number_by_phone ON business_number (phone_key);
  CREATE INDEX business_number_by_account ON business_number (account, id);

  CREATE TABLE api_key (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL,
    name        TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    all_numbers INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX api_key_active_secret ON api_key (secret_hash) WHERE revoked_at IS NULL;
  CREATE INDEX api_key_revoked_secret ON api_key (secret_hash, revoked_at) WHERE revoked_at IS NOT NULL;

  CREATE TABLE key_number (
    key    TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (key, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX key_number_by_number ON key_number (number);

  -- The counters of a list. They outlive the number, so that its log goes on when the number is created again.
  -- \`list\` stands for the number where there is a row for every user, in a third of the bytes.
  CREATE TABLE number_state (
    list        INTEGER PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    count       INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    next_person INTEGER NOT NULL
  ) STRICT;

  -- By which ids a person is found: a wa_id as an integer, a BSUID as a text, and the form that variants of a phone
  -- number share as a negative integer. An id is in one of the tiers 0, 1 and 2: identities.ts says why.
  CREATE TABLE identity (
    tier   INTEGER NOT NULL,
    list   INTEGER NOT NULL,
    value  ANY NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (tier, list, value)
  ) STRICT, WITHOUT ROWID;

  -- How many rows are in a tier that moves them on, and up to which row it did so last.
  CREATE TABLE identity_tier (
    tier        INTEGER PRIMARY KEY,
    n           INTEGER NOT NULL,
    after_list  INTEGER NOT NULL,
    after_value ANY NOT NULL
  ) STRICT;
  INSERT INTO identity_tier VALUES (0, 0, 0, 0), (1, 0, 0, 0);

  -- What is known of a person beyond one block. Whoever was blocked as a stranger has the \`seq\` of that entry as id, and
  -- no row here as long as the entry says all; a person first known by a message has a negative id.
  -- A person who turned out to be another one says whom in merged_into.
  CREATE TABLE person (
    list            INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    wa_id           TEXT,
    user_id         TEXT,
    settled         INTEGER NOT NULL,
    last_message_at INTEGER,
    blocked_seq     INTEGER,
    merged_into     INTEGER,
    PRIMARY KEY (list, id)
  ) STRICT, WITHOUT ROWID;

  -- Who is blocked now, in list order, with all that a row of the list shows.
  CREATE TABLE block_entry (
    list       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    wa_id      TEXT,
    user_id    TEXT,
    blocked_at INTEGER NOT NULL,
    dialect    TEXT NOT NULL,
    key_id     TEXT,
    request_id TEXT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (list, seq)
  ) STRICT, WITHOUT ROWID;

  -- The log: one row for what a request did in one way, with its n users as JSON. User i has the seq last_seq - n + 1 + i.
  CREATE TABLE block_event (
    number     TEXT NOT NULL,
    last_seq   INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    action     TEXT NOT NULL,
    dialect    TEXT NOT NULL,
    key_id     TEXT,
    request_id TEXT NOT NULL,
    reason     TEXT,
    users      TEXT NOT NULL,
    PRIMARY KEY (number, last_seq)
  ) STRICT, WITHOUT ROWID;
`;
