/** Whose it was that was taken in: its hash alone does not tell, and another store keeps it by that. */
export const sql = `
  -- The list of the number, or '@' and the connection; null for what was there before.
  ALTER TABLE seen ADD COLUMN scope ANY;
`;
