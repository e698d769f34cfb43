import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { afterwards } from '../../test/helpers/cleanup.ts';
import { tempFolder } from '../../test/helpers/service.ts';
import { dialects } from '../dialects/index.ts';
import { openStore } from '../store/index.ts';
import { version } from '../version.ts';
import { welcome, welcomeText, writePrivately } from './welcome.ts';

const base = 'http://127.0.0.1:8080';
const at = { url: base, baseUrl: base };

describe('welcomeText', () => {
  it('tells the address, and only what was made', () => {
    assert.equal(welcomeText({}, at, dialects), `Gatehouse ${version} listens on ${base}\n`);
    const text = welcomeText({ adminKey: 'gh_admin' }, at, dialects);
    assert.match(text, /^Admin key, for http:\/\/127\.0\.0\.1:8080\/api\/v1: gh_admin$/m);
    assert.doesNotMatch(text, /curl/);
  });

  it('tells both addresses where a proxy stands in front', () => {
    const text = welcomeText({ adminKey: 'gh_admin' }, { url: base, baseUrl: 'https://b.example.com/a' }, dialects);
    assert.match(text, /listens on http:\/\/127\.0\.0\.1:8080, reached as https:\/\/b\.example\.com\/a$/m);
    assert.match(text, /^Admin key, for https:\/\/b\.example\.com\/a\/api\/v1: gh_admin$/m);
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

describe('welcome', () => {
  it('makes no key that it cannot keep, and says where it would', async (t) => {
    const folder = tempFolder(t);
    const store = await openStore(`sqlite:${path.join(folder, 'a.db')}`);
    afterwards(t, () => store.close());
    const noFolder = path.join(folder, 'a.db');
    const parts = { store, clock: Date.now, adminKey: undefined, demo: true, dialects, at, folder: noFolder };
    const starting = welcome({ ...parts, print: assert.fail, logger: pino({ level: 'silent' }) });
    await assert.rejects(starting, {
      code: /^E\w+$/,
      message: /cannot keep them in \S+a\.db.first-start\.txt \(E\w+: /,
    });
    assert.equal(await store.installation.adminKeyHash(), undefined);
  });
});
