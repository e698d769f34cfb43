/** Connections to providers, and what is to be said to each of them about a number's users. */
export const sql = `
  -- What number has a connection keeps rule_push and rule_push_capacity, any other rule_window and rule_capacity.
  ALTER TABLE business_number ADD COLUMN connection TEXT;
  ALTER TABLE business_number ADD COLUMN upstream_number_id TEXT;
  ALTER TABLE business_number ADD COLUMN rule_push TEXT;
  ALTER TABLE business_number ADD COLUMN rule_push_capacity INTEGER;
  ALTER TABLE business_number ADD COLUMN on_store_failure TEXT NOT NULL DEFAULT 'refuse';
  CREATE INDEX business_number_by_connection ON business_number (connection) WHERE connection IS NOT NULL;
  -- Its two ends tell whether all numbers of an account share one connection.
  CREATE INDEX business_number_by_account_connection ON business_number (account, connection);

  -- Secrets are sealed.
  CREATE TABLE connection (
    name                TEXT PRIMARY KEY,
    provider            TEXT NOT NULL,
    origin              TEXT,
    api_version         TEXT,
    account             TEXT NOT NULL,
    webhook_header_name TEXT,
    token               TEXT NOT NULL,
    app_secret          TEXT,
    verify_token        TEXT,
    webhook_secret      TEXT,
    webhook_header      TEXT,
    created_at          INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The lists that are pushed. Entries up to enqueue_through were there before the provider's list was; those up to
  -- enqueue_after have got their rows in push, and all of them once it is null. A row of an earlier generation than that
  -- tells of another list and does not count.
  CREATE TABLE push_list (
    list            INTEGER PRIMARY KEY,
    enqueue_after   INTEGER,
    enqueue_through INTEGER NOT NULL,
    occupied        INTEGER NOT NULL
  ) STRICT;

  -- Whom the provider was told of, or is to be. target is the id that it is told: the wa_id, else the BSUID. occupies is 1
  -- as long as the user may be on the provider's list.
  CREATE TABLE push (
    list            INTEGER NOT NULL,
    target          TEXT NOT NULL,
    goal            TEXT NOT NULL,
    generation      INTEGER NOT NULL,
    state           TEXT NOT NULL,
    occupies        INTEGER NOT NULL,
    code            INTEGER,
    detail          TEXT,
    attempts        INTEGER NOT NULL,
    last_attempt_at INTEGER,
    due             INTEGER,
    PRIMARY KEY (list, target)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX push_due ON push (list, due, generation) WHERE due IS NOT NULL;
  CREATE INDEX push_overflow ON push (list, generation) WHERE state = 'overflow';
  CREATE INDEX push_failed ON push (list) WHERE state = 'failed';
  CREATE INDEX push_removing ON push (list) WHERE goal = 'unblock';

  -- What was asked for under push: "wait" and is not settled: nothing else changes before. Several requests may ask for one
  -- user at once, and each settles its own.
  CREATE TABLE push_intent (
    list       INTEGER NOT NULL,
    target     TEXT NOT NULL,
    goal       TEXT NOT NULL,
    generation INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    dialect    TEXT NOT NULL,
    key_id     TEXT,
    request_id TEXT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (list, target, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX push_intent_due ON push_intent (list, due, generation);

  -- How many rows of push there are of a list, by what is told of them: the state, or that they are being removed.
  CREATE TABLE push_count (
    list  INTEGER NOT NULL,
    state TEXT NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (list, state)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER push_count_in AFTER INSERT ON push BEGIN
    INSERT INTO push_count VALUES (new.list, iif(new.goal = 'unblock', 'removing', new.state), 1)
      ON CONFLICT DO UPDATE SET users = users + 1;
  END;
  CREATE TRIGGER push_count_out AFTER DELETE ON push BEGIN
    UPDATE push_count SET users = users - 1
      WHERE list = old.list AND state = iif(old.goal = 'unblock', 'removing', old.state);
  END;
  CREATE TRIGGER push_count_change AFTER UPDATE OF goal, state ON push
    WHEN iif(new.goal = 'unblock', 'removing', new.state) <> iif(old.goal = 'unblock', 'removing', old.state)
  BEGIN
    UPDATE push_count SET users = users - 1
      WHERE list = old.list AND state = iif(old.goal = 'unblock', 'removing', old.state);
    INSERT INTO push_count VALUES (new.list, iif(new.goal = 'unblock', 'removing', new.state), 1)
      ON CONFLICT DO UPDATE SET users = users + 1;
  END;
  CREATE TRIGGER push_occupied_in AFTER INSERT ON push WHEN new.occupies = 1 BEGIN
    UPDATE push_list SET occupied = occupied + 1 WHERE list = new.list;
  END;
  CREATE TRIGGER push_occupied_out AFTER DELETE ON push WHEN old.occupies = 1 BEGIN
    UPDATE push_list SET occupied = occupied - 1 WHERE list = old.list;
  END;
  CREATE TRIGGER push_occupied_change AFTER UPDATE OF occupies ON push WHEN new.occupies <> old.occupies BEGIN
    UPDATE push_list SET occupied = occupied + new.occupies - old.occupies WHERE list = new.list;
  END;
`;
