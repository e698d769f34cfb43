/** Runs the client in a context that has the web's globals and nothing else; prints what came of it. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { createContext, SourceTextModule } from 'node:vm';
import { root } from '../helpers/process.ts';

const [url, adminKey, number] = process.argv.slice(2);

const web = {
  fetch,
  URL,
  URLSearchParams,
  AbortController,
  AbortSignal,
  Headers,
  DOMException,
  setTimeout,
  clearTimeout,
};
const context = createContext({ ...web, given: { url, adminKey, number } });
const modules = new Map<string, SourceTextModule>();

const main = new SourceTextModule(
  `import { Gatehouse } from './index.ts';
   const { number, ...options } = given;
   const gatehouse = new Gatehouse(options);
   const { added } = await gatehouse.block(number, '+1 650 555 0123');
   const users = [];
   for await (const { user } of gatehouse.list(number)) users.push(user.wa_id);
   let follows;
   for await (const { action } of gatehouse.events.follow(number)) { follows = action; break; }
   const error = await gatehouse.numbers.get('404').catch(({ name, kind }) => [name, kind]);
   export const result = JSON.stringify({ added, users, follows, error });`,
  { context, identifier: path.join(root, 'src/client/main.ts') },
);
await main.link((specifier, { identifier }) => load(path.join(path.dirname(identifier), specifier)));
await main.evaluate();
process.stdout.write((main.namespace as { result: string }).result);

function load(file: string): SourceTextModule {
  const known = modules.get(file);
  if (known) return known;
  const code = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  const module = new SourceTextModule(code, { context, identifier: file });
  modules.set(file, module);
  return module;
}
