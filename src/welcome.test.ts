import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { tempFolder } from '../test/helpers/service.ts';
import { dialects } from './dialects/index.ts';
import { version } from './version.ts';
import { welcomeText, writePrivately } from './welcome.ts';

const base = 'http://127.0.0.1:8080';

describe('welcomeText', () => {
  it('tells the address, and only what was made', () => {
    assert.equal(welcomeText({}, base, dialects), `Gatehouse ${version} listens on ${base}\n`);
    const text = welcomeText({ adminKey: 'gh_admin' }, base, dialects);
    assert.match(text, /^Admin key, for http:\/\/127\.0\.0\.1:8080\/api\/v1: gh_admin$/m);
    assert.doesNotMatch(text, /curl/);
  });
});

describe('writePrivately', () => {
  it('writes for the owner alone, over a file that was open to all', (t) => {
    const file = path.join(tempFolder(t), 'first-start.txt');
    writeFileSync(file, 'what was there before, and longer', { mode: 0o644 });
    writePrivately(file, 'a secret');
    assert.equal(readFileSync(file, 'utf8'), 'a secret');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});
