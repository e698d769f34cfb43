/** Holds every import against `.dependency-cruiser.mjs`, and fails if a file or an import was not even read. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, format, type ICruiseResult, type IModule } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

process.chdir(join(import.meta.dirname, '..'));

const folders = ['src', 'bin', 'test', 'scripts', 'bench'].filter((folder) => existsSync(folder));
const files = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,mjs}`));
const options = await extractOptions(join(process.cwd(), '.dependency-cruiser.mjs'));
const result = (await cruise(folders, options)).output as ICruiseResult;
const report = await format(result, { outputType: 'err' });
console.log(report.output);

const modules = new Map(result.modules.map((module) => [module.source, module]));
const read = files.filter((file) => modules.has(file));
const faults = files.flatMap((file) => findUnread(file, modules.get(file)));
console.log(`Read ${read.length} of ${files.length} files.`);
for (const fault of faults) console.error(`  error not-read: ${fault}`);
if (report.exitCode > 0 || faults.length > 0 || files.length === 0) process.exitCode = 1;

/** What the cruiser should have seen and has not: a file, or an import that the text of a source file shows. */
function findUnread(file: string, module: IModule | undefined): string[] {
  if (!module) return [file];
  if (!file.startsWith('src/')) return [];
  const seen = new Set(module.dependencies.map((dependency) => dependency.module));
  return importsIn(file)
    .filter((name) => !seen.has(name) && !seen.has(name.replace(/^node:/, '')))
    .map((name) => `${file} → ${name}`);
}

function importsIn(file: string): string[] {
  const code = readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
  return [...code.matchAll(/\b(?:from\s|import\s*\(?)\s*'([\w@./:#-]+)'/g)].map(([, name]) => name as string);
}
