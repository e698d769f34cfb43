// Where the thread that writes begins. It is no TypeScript, so that it can turn on the cache of compiled sources before
// the first of them is read: without it the start of the thread takes three times as long.
import module from 'node:module';
import { workerData } from 'node:worker_threads';

const { compileCache, main } = workerData;
if (compileCache !== undefined) module.enableCompileCache(compileCache);
await import(main);
