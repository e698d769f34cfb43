import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Guard, type Resolve } from './guard.ts';

const strict = new Guard([]);

/** A guard whose network knows one name only. */
function guardOf(allowPrivate: readonly string[], ...addresses: readonly string[]): Guard {
  const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  const resolve: Resolve = (_host, _options, done) => done(null, found);
  return new Guard(allowPrivate, resolve);
}

function lookup(guard: Guard, origin: string): Promise<unknown> {
  return promisify(guard.lookupFor(origin))('provider.example', { all: true });
}

describe('an address', () => {
  const good = ['8.8.8.8', '157.240.1.1', '2606:4700::1', '2a03:2880::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'];
  for (const address of good) {
    it(`${address} is public`, () => assert.equal(strict.allows(address), true));
  }

  const bad = [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254'],
    ...['168.63.129.16', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.1.1'],
    ...['192.88.99.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '100::1', '4000::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:a9fe:a9fe', '::127.0.0.1', '::10.0.0.1'],
    ...['64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:7f00:1::', '2002:a00:1::1'],
    ...['2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:db8::1', '3fff::1'],
    ...['', 'localhost', '8.8.8', '0x7f.1'],
  ];
  for (const address of bad) {
    it(`${address} is not`, () => assert.equal(strict.allows(address), false));
  }

  it('that is not public is reached if it is named, in every form of it', () => {
    const guard = new Guard(['10.1.0.0/16', '127.0.0.0/8', '::1/128', 'fd00::/8']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3', '127.0.0.1', '::1', 'fd12::1'])
      assert.equal(guard.allows(address), true, address);
    for (const address of ['10.2.0.1', '::ffff:10.2.0.1', '64:ff9b::10.2.0.1', '169.254.169.254', 'fe80::1'])
      assert.equal(guard.allows(address), false, address);
    assert.equal(guard.allows('8.8.8.8'), true);
  });

  it('is named by a CIDR and nothing else', () => {
    for (const text of ['', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/', 'example.org/8', '::/129', '10.0.0.0/8/8'])
      assert.throws(() => new Guard([text]), text);
  });
});

describe('an origin', () => {
  const good = [
    ...['https://graph.facebook.com', 'https://waba-v2.360dialog.io', 'https://provider.example:8443'],
    ...['https://8.8.8.8', 'https://[2606:4700::1]', 'https://134744072'],
  ];
  for (const origin of good) {
    it(`${origin} is fine`, () => assert.equal(strict.checkOrigin(origin), undefined));
  }

  const privateOnes = [
    ...['127.0.0.1', '127.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '127.0.0.1.', '１２７.0.0.1'],
    ...['169.254.169.254', '0xa9fea9fe', '10.0.0.1', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]'],
    ...[
      '[fe80::1]',
      '[fd00:ec2::254]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:7f00:1::]',
      'localhost',
      'LOCALHOST.',
      'a.localhost',
    ],
  ];
  for (const host of privateOnes) {
    it(`https://${host} leads to no public address`, () => {
      assert.match(strict.checkOrigin(`https://${host}`) ?? '', /^lead to a public address/);
      assert.match(strict.checkOrigin(`http://${host}`) ?? '', /^lead to a public address/);
    });
  }

  it('is https where the address is public', () => {
    for (const origin of ['http://graph.facebook.com', 'http://8.8.8.8', 'http://[2606:4700::1]'])
      assert.match(strict.checkOrigin(origin) ?? '', /^be https/, origin);
  });

  it('may be http where the address is named', () => {
    const guard = new Guard(['127.0.0.0/8', '10.0.0.0/8']);
    for (const origin of ['http://127.0.0.1:8080', 'http://10.1.2.3', 'http://0x7f.1', 'http://localhost:3000'])
      assert.equal(guard.checkOrigin(origin), undefined, origin);
    assert.match(guard.checkOrigin('http://8.8.8.8') ?? '', /^be https/);
    assert.match(guard.checkOrigin('http://192.168.0.1') ?? '', /^lead to a public address/);
    // Where a name leads is seen when a connection is made.
    assert.equal(guard.checkOrigin('http://provider.internal'), undefined);
  });

  it('has a scheme, a host, at most a port, and no more', () => {
    for (const origin of ['ftp://provider.example', 'provider.example', '', 'https://', 'file:///etc/passwd'])
      assert.match(strict.checkOrigin(origin) ?? '', /^be an http or https URL/, origin);
    for (const rest of ['/v25.0', '?a=b', '/#x']) {
      const origin = `https://provider.example${rest}`;
      assert.match(strict.checkOrigin(origin) ?? '', /^have a scheme/, origin);
    }
    assert.match(strict.checkOrigin('https://a:b@provider.example') ?? '', /^have a scheme/);
  });
});

describe('a name', () => {
  it('leads to those of its addresses that may be reached', async () => {
    const found = await lookup(guardOf([], '10.0.0.1', '8.8.8.8', '::1', '2606:4700::1'), 'https://provider.example');
    assert.deepEqual(found, [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
  });

  it('is looked up once for an address to be connected to', async () => {
    let asked = 0;
    const guard = new Guard([], (_host, _options, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]);
    });
    const one = promisify(guard.lookupFor('https://provider.example'));
    assert.equal(await one('provider.example', {}), '8.8.8.8');
    assert.equal(asked, 1);
  });

  it('is refused by its own name if it leads to no such address', async () => {
    await assert.rejects(lookup(guardOf([], '169.254.169.254', '::1'), 'https://provider.example'), {
      code: 'ERR_REFUSED_ADDRESS',
      message: /^provider\.example leads to private or reserved addresses/,
    });
  });

  it('is refused over http if its address is public, or private and not named', async () => {
    const allowed = ['10.0.0.0/8'];
    for (const address of ['8.8.8.8', '192.168.0.1'])
      await assert.rejects(lookup(guardOf(allowed, address), 'http://provider.example'), {
        code: 'ERR_REFUSED_ADDRESS',
      });
    assert.deepEqual(await lookup(guardOf(allowed, '10.0.0.1'), 'http://provider.example'), [
      { address: '10.0.0.1', family: 4 },
    ]);
  });

  it('that nobody knows fails as the network says', async () => {
    const guard = new Guard([], (_host, _options, done) => {
      done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    });
    await assert.rejects(lookup(guard, 'https://provider.example'), { code: 'ENOTFOUND' });
  });
});
