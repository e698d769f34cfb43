import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Config, ConfigError, readConfig } from './config.ts';

const [key, otherKey] = [new Uint8Array(32).fill(251), new Uint8Array(32).fill(7)];
const [base64, otherBase64] = [Buffer.from(key).toString('base64'), Buffer.from(otherKey).toString('base64')];

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
  return [];
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    assert.deepEqual(readConfig({}), {
      host: '127.0.0.1',
      port: 8080,
      database: 'sqlite:./data/gatehouse.db',
      adminKey: undefined,
      publicUrl: undefined,
      logLevel: 'info',
      rateLimit: 0,
      secretKeys: [],
      allowPrivate: [],
      demo: true,
      traces: false,
    });
  });

  it('takes an empty variable for an unset one', () => {
    assert.deepEqual(readConfig({ GATEHOUSE_PORT: '', PORT: '', GATEHOUSE_ADMIN_KEY: '' }), readConfig({}));
  });

  it('gives what cannot be changed', () => {
    assert.ok(Object.isFrozen(readConfig({})));
  });

  const right: readonly [name: string, text: string, key: keyof Config, value: unknown][] = [
    ['GATEHOUSE_HOST', '::', 'host', '::'],
    ['GATEHOUSE_HOST', 'gate-1.example.com', 'host', 'gate-1.example.com'],
    ['GATEHOUSE_PORT', '0', 'port', 0],
    ['GATEHOUSE_PORT', '65535', 'port', 65_535],
    ['PORT', '3000', 'port', 3000],
    ['GATEHOUSE_DATABASE', 'sqlite:/var/lib/a b.db', 'database', 'sqlite:/var/lib/a b.db'],
    ['GATEHOUSE_DATABASE', 'postgres://u:p@a,b:5433/c', 'database', 'postgres://u:p@a,b:5433/c'],
    ['GATEHOUSE_ADMIN_KEY', 'x'.repeat(20), 'adminKey', 'x'.repeat(20)],
    ['GATEHOUSE_PUBLIC_URL', 'https://b.example.com/', 'publicUrl', 'https://b.example.com'],
    ['GATEHOUSE_PUBLIC_URL', 'http://b.example.com:81/a/b//', 'publicUrl', 'http://b.example.com:81/a/b'],
    ['GATEHOUSE_PUBLIC_URL', 'https://b.example.com/a?', 'publicUrl', 'https://b.example.com/a'],
    ['GATEHOUSE_LOG_LEVEL', 'silent', 'logLevel', 'silent'],
    ['GATEHOUSE_RATE_LIMIT', '80', 'rateLimit', 80],
    ['GATEHOUSE_SECRET_KEY', base64, 'secretKeys', [key]],
    ['GATEHOUSE_SECRET_KEY', base64.replace('=', ''), 'secretKeys', [key]],
    ['GATEHOUSE_SECRET_KEY', `${base64}, ${otherBase64}`, 'secretKeys', [key, otherKey]],
    ['GATEHOUSE_ALLOW_PRIVATE', '127.0.0.1', 'allowPrivate', ['127.0.0.1/32']],
    ['GATEHOUSE_ALLOW_PRIVATE', '10.0.0.0/8, ::1,fd00::/7', 'allowPrivate', ['10.0.0.0/8', '::1/128', 'fd00::/7']],
    ['GATEHOUSE_ALLOW_PRIVATE', '0.0.0.0/0,::/128', 'allowPrivate', ['0.0.0.0/0', '::/128']],
    ['GATEHOUSE_DEMO', 'off', 'demo', false],
  ];
  for (const [name, text, key, value] of right) {
    it(`reads ${name}=${text}`, () => assert.deepEqual(readConfig({ [name]: text })[key], value));
  }

  const wrong: Readonly<Record<string, readonly string[]>> = {
    GATEHOUSE_HOST: ['not a host', '-a', 'http://a', 'a/b'],
    GATEHOUSE_PORT: ['eighty', '-1', '65536', '80.5', '0x50', ' 80'],
    PORT: ['eighty', '99999'],
    GATEHOUSE_DATABASE: [
      ...['sqlite::memory:', 'sqlite:file:a.db', 'sqlite:', 'sqlite:a\0b', 'gatehouse.db'],
      ...['postgres://', 'mysql://a/b'],
    ],
    GATEHOUSE_ADMIN_KEY: ['short', `${'x'.repeat(20)} y`, 'ü'.repeat(20)],
    GATEHOUSE_PUBLIC_URL: ['example.com', 'ftp://a', 'https://a?b', 'https://a#b', 'https://u:p@a', 'https://'],
    GATEHOUSE_LOG_LEVEL: ['loud', 'INFO'],
    GATEHOUSE_RATE_LIMIT: ['-1', '1.5', 'many', '1000001'],
    GATEHOUSE_SECRET_KEY: ['short', base64.slice(4), `${base64}A`, `${base64},`, `,${base64}`, 'ü'.repeat(43)],
    GATEHOUSE_ALLOW_PRIVATE: [
      'localhost',
      '10.0.0.0/33',
      '::/129',
      '10.0.0/8',
      '1.2.3.4/',
      '1.2.3.4/8/8',
      '::1%lo',
      '::1,',
    ],
    GATEHOUSE_DEMO: ['yes', 'On', '1'],
  };
  for (const [name, texts] of Object.entries(wrong)) {
    it(`refuses what ${name} cannot be, by its name`, () => {
      for (const text of texts) {
        const faults = faultsOf({ [name]: text });
        assert.equal(faults.length, 1, text);
        assert.match(faults[0] ?? '', new RegExp(`^${name} must be `));
      }
    });
  }

  it('tells no password of a database', () => {
    const [fault = ''] = faultsOf({ GATEHOUSE_DATABASE: 'postgress://u:secret@host/db' });
    assert.match(fault, /^GATEHOUSE_DATABASE must be .* not one with a user or password$/);
  });

  it('names all faults at once, and settings that do not exist', () => {
    const faults = faultsOf({ GATEHOUSE_PORT: 'x', GATEHOUSE_DEMO: 'x', GATEHOUSE_PROT: '80', OTHER: 'x' });
    assert.deepEqual(
      faults.map((fault) => fault.split(' ')[0]),
      ['GATEHOUSE_PROT', 'GATEHOUSE_PORT', 'GATEHOUSE_DEMO'],
    );
  });

  it('sends spans where OpenTelemetry’s variables name a collector, and do not switch them off', () => {
    const url = 'http://127.0.0.1:4318';
    const traces = (env: NodeJS.ProcessEnv) => readConfig(env).traces;
    assert.ok(traces({ OTEL_EXPORTER_OTLP_ENDPOINT: url }));
    assert.ok(traces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'otlp' }));
    assert.ok(!traces({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_SERVICE_NAME: 'x' }));
    assert.ok(!traces({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'True' }));
    assert.ok(!traces({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'none' }));
  });

  it('never shows a secret, but what is wrong with it', () => {
    assert.deepEqual(faultsOf({ GATEHOUSE_ADMIN_KEY: 'my secret' }), [
      'GATEHOUSE_ADMIN_KEY must be at least 20 visible ASCII characters, not 9 of them',
    ]);
    assert.match(faultsOf({ GATEHOUSE_ADMIN_KEY: `${'x'.repeat(20)} y` }).join(), /not with a space/);
    assert.doesNotMatch(faultsOf({ GATEHOUSE_PUBLIC_URL: 'https://me:secret@a' }).join(), /secret/);
    const expected = 'GATEHOUSE_SECRET_KEY must be base64 of 32 bytes, several with commas between, not ';
    assert.deepEqual(faultsOf({ GATEHOUSE_SECRET_KEY: 'c2VjcmV0' }), [`${expected}one of 6 bytes`]);
    assert.deepEqual(faultsOf({ GATEHOUSE_SECRET_KEY: `${base64},my secret` }), [
      `${expected}one with other characters, as number 2 is`,
    ]);
  });

  it('does not judge a PORT that GATEHOUSE_PORT overrides', () => {
    assert.equal(readConfig({ GATEHOUSE_PORT: '81', PORT: 'console' }).port, 81);
  });

  it('makes demo numbers only where nobody else can come, unless it is told to', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      assert.equal(readConfig({ GATEHOUSE_HOST: host }).demo, true, host);
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com']) {
      assert.equal(readConfig({ GATEHOUSE_HOST: host }).demo, false, host);
      assert.equal(readConfig({ GATEHOUSE_HOST: host, GATEHOUSE_DEMO: 'on' }).demo, true, host);
    }
  });
});
