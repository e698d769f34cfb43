import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeCertificate } from '../../../test/helpers/certificate.ts';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { ownPostgres } from '../../../test/helpers/postgres.ts';
import type { Cluster } from '../../../test/helpers/postgres-server.ts';
import { tempFolder } from '../sqlite/temp-folder.contract.ts';
import { openDatabase } from './database.ts';
import type { Sql } from './session.ts';

const encrypted: Sql = { name: 'encrypted', text: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' };

interface Secure {
  readonly cluster: Cluster;
  /** The certificate of the server, and one of somebody else. */
  readonly root: string;
  readonly otherRoot: string;
}

/** A server that takes encrypted connections only, and whose certificate has one of the names that it is reached by. */
async function startSecure(t: TestContext): Promise<Secure> {
  const folder = tempFolder(t);
  const [root, otherRoot] = [path.join(folder, 'root.pem'), path.join(folder, 'other.pem')];
  const { certificate, key } = makeCertificate(['localhost']);
  writeFileSync(root, certificate);
  writeFileSync(otherRoot, makeCertificate(['localhost']).certificate);
  const cluster = await ownPostgres(t);
  cluster.put('server.crt', certificate);
  cluster.put('server.key', key);
  cluster.put('pg_hba.conf', 'hostssl all all all scram-sha-256\n');
  cluster.set({ ssl: 'on' });
  await cluster.stop();
  await cluster.start();
  return { cluster, root, otherRoot };
}

describe('TLS to PostgreSQL', () => {
  it('is spoken as sslmode says', async (t) => {
    const { cluster, root, otherRoot } = await startSecure(t);
    const by = (host: string, parameters: string) =>
      `${cluster.url('postgres').replace('127.0.0.1', host)}${parameters}`;
    for (const [host, parameters] of [
      ['127.0.0.1', ''],
      ['127.0.0.1', '?sslmode=require'],
      ['127.0.0.1', `?sslmode=verify-ca&sslrootcert=${root}`],
      ['localhost', `?sslmode=verify-full&sslrootcert=${root}`],
    ] as const) {
      const { sessions } = await openDatabase(by(host, parameters));
      afterwards(t, () => sessions.close());
      assert.deepEqual(await sessions.read((session) => session.query(encrypted)), [{ ssl: true }], parameters);
    }
    for (const [host, parameters, why] of [
      ['127.0.0.1', '?sslmode=disable', /no encryption/],
      ['127.0.0.1', '?sslmode=verify-full', /DEPTH_ZERO_SELF_SIGNED_CERT/],
      ['127.0.0.1', `?sslmode=verify-full&sslrootcert=${root}`, /ERR_TLS_CERT_ALTNAME_INVALID/],
      ['127.0.0.1', `?sslmode=verify-ca&sslrootcert=${otherRoot}`, /DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY/],
      ['127.0.0.1', `?sslmode=require&sslrootcert=${otherRoot}`, /DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY/],
    ] as const) {
      await assert.rejects(openDatabase(by(host, parameters)), why, parameters);
    }
  });
});
