/**
 * Makes `dist/` for the package: Node runs no TypeScript inside `node_modules`. `dist/x.js` lies as deep as `src/x.ts`,
 * so what finds a file from its own place finds it there, too. What is no source is copied.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

process.chdir(path.join(import.meta.dirname, '..'));
rmSync('dist', { recursive: true, force: true });

const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
renameSync('dist/emitted/src', 'dist/sources');
for (const name of globSync('*', { cwd: 'dist/sources' })) renameSync(`dist/sources/${name}`, `dist/${name}`);
for (const name of ['emitted', 'sources']) rmSync(`dist/${name}`, { recursive: true });

const assets = globSync('**/*.*', { cwd: 'src', exclude: ['**/*.ts', '**/*.md', '**/transcripts/**'] });
for (const name of assets) cpSync(`src/${name}`, `dist/${name}`);
