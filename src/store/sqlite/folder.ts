import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder, and those above it that are missing, for their owner only. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    return;
  }
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    // Not `recursive`: where nobody can make a folder, as in /proc, Node would try for ever.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it.
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw error;
  }
}
