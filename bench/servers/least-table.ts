/** The least table that a list could be, for what Gatehouse is compared with. */
export const leastTable = `CREATE TABLE listed (
  number text COLLATE "C", wa_id text COLLATE "C", at bigint NOT NULL, PRIMARY KEY (number, wa_id))`;

export const leastInsert = {
  name: 'add',
  text: 'INSERT INTO listed SELECT $1, wa_id, 1 FROM unnest($2::text[]) AS wa_id ON CONFLICT DO NOTHING',
} as const;
