/** What is sent again by hand is tried for as long as what is new. */
export const sql = `
  -- Since when it is tried, if somebody had it sent again; else since created_at.
  ALTER TABLE delivery ADD COLUMN tried_since INTEGER;
`;
