import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoreOpenError } from '../open-error.ts';
import { defaultTimeouts } from './target.ts';
import { parseUrl, placeOf } from './url.ts';

function faultOf(url: string): string {
  try {
    parseUrl(url);
  } catch (error) {
    assert.ok(error instanceof StoreOpenError);
    return error.message;
  }
  throw new Error(`${url} was understood`);
}

describe('the URL of a database', () => {
  it('has all that is needed to connect', () => {
    const target = parseUrl(
      'postgresql://g%40te:p%2F%3A%23w:d@one.example:6432,[::1],10.0.0.7:5433/block%20lists?sslmode=disable&prepare=off&pool=4&application_name=g1&connect_timeout=2&options=-c%20search_path%3Dg',
    );
    assert.deepEqual(target, {
      hosts: [
        { host: 'one.example', port: 6432 },
        { host: '::1', port: 5432 },
        { host: '10.0.0.7', port: 5433 },
      ],
      user: 'g@te',
      password: 'p/:#w:d',
      database: 'block lists',
      applicationName: 'g1',
      options: '-c search_path=g',
      tls: undefined,
      mayBePlain: false,
      keepsSession: false,
      maxConnections: 4,
      timeouts: { ...defaultTimeouts, connect: 2000 },
    });
    assert.equal(placeOf(target), 'one.example:6432,::1:5432,10.0.0.7:5433/block lists');
  });

  it('lets requests wait for a connection as long as making one may take', () => {
    assert.equal(parseUrl('postgres://u@h/d?connect_timeout=60').timeouts.acquire, 60_000);
  });

  it('speaks TLS if the server does, keeps statements and is bounded, where it says nothing', () => {
    const { tls, mayBePlain, keepsSession, maxConnections, password } = parseUrl('postgres://u@h/d');
    assert.deepEqual([tls, mayBePlain], [{ rejectUnauthorized: false }, true]);
    assert.deepEqual([keepsSession, maxConnections, password], [true, 10, '']);
  });

  it('says of each sslmode what is checked', () => {
    const ca = import.meta.filename;
    const tlsOf = (parameters: string) => parseUrl(`postgres://u@h/d?${parameters}`).tls;
    assert.equal(tlsOf('sslmode=disable'), undefined);
    assert.deepEqual(tlsOf('sslmode=require'), { rejectUnauthorized: false });
    assert.deepEqual(tlsOf('sslmode=verify-full'), { rejectUnauthorized: true });
    assert.deepEqual(tlsOf('sslmode=verify-full&sslrootcert=system'), { rejectUnauthorized: true });
    for (const mode of ['require', 'verify-ca']) {
      const tls = tlsOf(`sslmode=${mode}&sslrootcert=${ca}`);
      assert.equal(tls?.rejectUnauthorized, true, mode);
      assert.ok(tls.checkServerIdentity, mode);
    }
  });

  it('is refused with each part that is wrong', () => {
    const message = faultOf(
      'postgres://:secret@h:0,/?sslmode=allow&prepare=yes&pool=0&pool=2&sslcert=x&what=secret&application_name=',
    );
    for (const part of [
      'it names no user',
      'it names no database',
      '"h:0" is no HOST or HOST:PORT',
      'it names no host',
      'sslmode must be one of disable, prefer, require, verify-ca, verify-full, not "allow"',
      'prepare must be one of on, off, not "yes"',
      '"pool" is there twice',
      'sslcert cannot be read',
      'sslcert and sslkey go together',
      '"what" is no parameter that Gatehouse knows',
      'application_name is empty',
    ]) {
      assert.ok(message.includes(part), `${part}: ${message}`);
    }
    assert.ok(!message.includes('secret'), message);
    assert.match(faultOf('postgres://u@h/d?pool=1001'), /pool must be a whole number from 1 to 1000, not "1001"/);
    assert.match(faultOf('postgres://u@h/d?sslmode=verify-ca'), /verify-ca needs sslrootcert/);
  });

  it('is never told where its password does not fit', () => {
    for (const password of ['se/cret', 'se@cret', 'se#cret', 'se?cret', 'se:cr%et', 'cret/se@cret:99999']) {
      const message = faultOf(`postgres://u:${password}@h:0/d`);
      assert.ok(!message.includes('cret'), message);
    }
  });
});
