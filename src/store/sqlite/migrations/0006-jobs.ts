/** What is done in the background, and whether the first start is over. */
export const sql = `
  -- The last reconcile of each number.
  CREATE TABLE job (
    number     TEXT PRIMARY KEY,
    id         TEXT NOT NULL,
    state      TEXT NOT NULL,
    prefer     TEXT NOT NULL,
    done       INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
  ) STRICT, WITHOUT ROWID;

  -- 1: what an empty installation is given is there.
  ALTER TABLE installation ADD COLUMN prepared INTEGER NOT NULL DEFAULT 0;
  UPDATE installation SET prepared = 1 WHERE EXISTS (SELECT 1 FROM account WHERE name = 'default');
`;
