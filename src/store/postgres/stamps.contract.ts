/**
 * Whether whatever changes what a list's changes are decided over moves the number's stamp: who decided without a lock has to
 * see it. A test's database keeps a note of it beside the tables.
 */
import assert from 'node:assert/strict';

/** Gives the rows of a statement. */
type Query = (sql: string) => Promise<object[]>;

/** Makes the notes; run once for the tables that are there. */
export const watchStamps = `
  CREATE SCHEMA stamps;
  CREATE TABLE stamps.moved (transaction xid8, number text COLLATE "C");
  CREATE TABLE stamps.changed (transaction xid8, number text COLLATE "C", of text);
  CREATE FUNCTION stamps.note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO stamps.moved VALUES (pg_current_xact_id(), NEW.number); RETURN NULL; END $$;
  CREATE TRIGGER note_stamp_moved AFTER UPDATE ON number_state FOR EACH ROW
    WHEN ((OLD.written_by, OLD.written) IS DISTINCT FROM (NEW.written_by, NEW.written))
    EXECUTE FUNCTION stamps.note_moved();
  CREATE FUNCTION stamps.note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE was jsonb := to_jsonb(OLD); is_now jsonb := to_jsonb(NEW);
    BEGIN
      IF was IS DISTINCT FROM is_now THEN
        INSERT INTO stamps.changed VALUES
          (pg_current_xact_id(), coalesce(is_now, was) ->> TG_ARGV[0], TG_TABLE_NAME || ' ' || TG_OP);
      END IF;
      RETURN NULL;
    END $$;
  ${['number_state', 'identity', 'person', 'block_entry', 'business_number']
    .map(
      (table) => `CREATE TRIGGER note_stamped_change AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW
        EXECUTE FUNCTION stamps.note_changed('${table === 'business_number' ? 'id' : 'number'}')`,
    )
    .join(';\n')}`;

const unmoved = `
  SELECT DISTINCT number, of FROM stamps.changed
  WHERE NOT EXISTS (
    SELECT FROM stamps.moved WHERE moved.transaction = changed.transaction AND moved.number = changed.number)`;

/** Every transaction so far that changed something of a number moved its stamp. */
export async function assertStamped(query: Query): Promise<void> {
  assert.deepEqual(await query(unmoved), [], 'a transaction changed a number and left its stamp');
}
