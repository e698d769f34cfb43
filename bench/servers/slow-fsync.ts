import { execFileSync } from 'node:child_process';
import path from 'node:path';

const source = path.join(import.meta.dirname, 'slow-fsync.c');
const probe = `
  const fs = require('node:fs'), file = fs.openSync(process.argv[1], 'w'), began = performance.now();
  for (let i = 0; i < 10; i += 1) { fs.writeSync(file, 'x'); fs.fsyncSync(file); }
  if (performance.now() - began < 50) process.exit(1);`;

/**
 * Builds the library that slows fsync of the process that loads it. It needs a C compiler and a Node that is linked
 * dynamically; `undefined` where it has no effect.
 */
export function buildSlowFsync(folder: string): string | undefined {
  const library = path.join(folder, 'slow-fsync.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { stdio: 'ignore' });
    const env = { ...process.env, LD_PRELOAD: library };
    execFileSync(process.execPath, ['-e', probe, path.join(folder, 'probe')], { env, stdio: 'ignore' });
    return library;
  } catch {
    return undefined;
  }
}
