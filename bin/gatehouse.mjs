#!/usr/bin/env node
// Runs Gatehouse on Node 24 or newer: on this Node if it is new enough, else on the one that npm installed beside us.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

if (Number(process.versions.node.split('.')[0]) >= needed) {
  // A third of the start is reading our own sources: what was compiled once is kept beside the packages.
  module.enableCompileCache(path.join(root, 'node_modules', '.cache', 'gatehouse'));
  // Node runs no TypeScript inside node_modules: the published package has JavaScript instead of the sources.
  await import(existsSync(path.join(root, 'src', 'main.ts')) ? '../src/main.ts' : '../dist/main.js');
} else {
  runOn(bundledNode());
}

/** The Node that npm installed for this platform, if there is one. */
function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return path.join(path.dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    process.stderr.write(
      `Gatehouse needs Node ${needed} or newer; this is ${process.version}, and the package ${name} that would bring one ` +
        `is not installed (it is an optional dependency; not every platform has it). Install Node ${needed} and start again.\n`,
    );
    process.exit(1);
  }
}

function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Gatehouse could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
