/** What comes from providers, and goes on to apps. */
export const sql = `
  -- Where webhooks go on to; app_blocked is there if an app is. Secrets are sealed.
  ALTER TABLE business_number ADD COLUMN app_url TEXT;
  ALTER TABLE business_number ADD COLUMN app_secret TEXT;
  ALTER TABLE business_number ADD COLUMN app_headers TEXT;
  ALTER TABLE business_number ADD COLUMN app_blocked TEXT;
  ALTER TABLE account ADD COLUMN app_url TEXT;
  ALTER TABLE account ADD COLUMN app_secret TEXT;
  ALTER TABLE account ADD COLUMN app_headers TEXT;
  ALTER TABLE account ADD COLUMN app_blocked TEXT;

  DROP INDEX business_number_by_connection;
  CREATE INDEX business_number_by_upstream ON business_number (connection, upstream_number_id)
    WHERE connection IS NOT NULL;

  -- What becomes of the user's held messages once the unblock counts.
  ALTER TABLE push_intent ADD COLUMN held TEXT;

  -- 1: whom the provider listed before is still to be blocked here.
  ALTER TABLE push_list ADD COLUMN import_pending INTEGER NOT NULL DEFAULT 0;

  -- What was taken in: a hash of its number or connection, its kind and its id, in a sixth of their bytes.
  CREATE TABLE seen (
    key BLOB PRIMARY KEY,
    at  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_at ON seen (at);

  -- POSTs that are to reach an app, in order. app is a number or an account: number:ID or account:NAME. A delivery's id is
  -- made of seq and tail. due is null once it is given up.
  CREATE TABLE delivery (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    tail            BLOB NOT NULL,
    app             TEXT NOT NULL,
    number          TEXT,
    keys            TEXT NOT NULL,
    is_blocked      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    due             INTEGER,
    last_attempt_at INTEGER,
    detail          TEXT,
    bytes           INTEGER NOT NULL,
    body            TEXT NOT NULL
  ) STRICT;
  CREATE INDEX delivery_waiting ON delivery (app, seq) WHERE due IS NOT NULL;
  CREATE INDEX delivery_given_up ON delivery (app, seq) WHERE due IS NULL;
  CREATE INDEX delivery_given_up_at ON delivery (last_attempt_at) WHERE due IS NULL;

  CREATE TABLE delivery_count (
    app            TEXT PRIMARY KEY,
    waiting        INTEGER NOT NULL,
    waiting_bytes  INTEGER NOT NULL,
    given_up       INTEGER NOT NULL,
    given_up_bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER delivery_count_in AFTER INSERT ON delivery BEGIN
    INSERT INTO delivery_count VALUES (new.app, 1, new.bytes, 0, 0)
      ON CONFLICT DO UPDATE SET waiting = waiting + 1, waiting_bytes = waiting_bytes + excluded.waiting_bytes;
  END;
  CREATE TRIGGER delivery_count_out AFTER DELETE ON delivery BEGIN
    UPDATE delivery_count SET
      waiting = waiting - (old.due IS NOT NULL), waiting_bytes = waiting_bytes - old.bytes * (old.due IS NOT NULL),
      given_up = given_up - (old.due IS NULL), given_up_bytes = given_up_bytes - old.bytes * (old.due IS NULL)
    WHERE app = old.app;
  END;
  CREATE TRIGGER delivery_count_change AFTER UPDATE OF due ON delivery WHEN (new.due IS NULL) <> (old.due IS NULL) BEGIN
    UPDATE delivery_count SET
      waiting = waiting + iif(new.due IS NULL, -1, 1),
      waiting_bytes = waiting_bytes + iif(new.due IS NULL, -1, 1) * new.bytes,
      given_up = given_up - iif(new.due IS NULL, -1, 1),
      given_up_bytes = given_up_bytes - iif(new.due IS NULL, -1, 1) * new.bytes
    WHERE app = new.app;
  END;

  -- Messages of blocked users, in the order in which they came. at is when one was written.
  CREATE TABLE held (
    seq     INTEGER PRIMARY KEY,
    list    INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    id      TEXT NOT NULL,
    at      INTEGER NOT NULL,
    kept_at INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    body    TEXT NOT NULL
  ) STRICT;
  CREATE INDEX held_by_person ON held (list, person, seq);
  CREATE INDEX held_by_list ON held (list, seq);
  CREATE INDEX held_kept_at ON held (kept_at);

  CREATE TABLE held_count (
    list     INTEGER PRIMARY KEY,
    messages INTEGER NOT NULL,
    bytes    INTEGER NOT NULL
  ) STRICT;

  CREATE TRIGGER held_count_in AFTER INSERT ON held BEGIN
    INSERT INTO held_count VALUES (new.list, 1, new.bytes)
      ON CONFLICT DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER held_count_out AFTER DELETE ON held BEGIN
    UPDATE held_count SET messages = messages - 1, bytes = bytes - old.bytes WHERE list = old.list;
  END;
`;
