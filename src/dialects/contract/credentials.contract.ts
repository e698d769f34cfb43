import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Refusal } from '../../core/errors.ts';
import type { Dialect } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { carriers, type RequestParts, wireRequest } from './request.contract.ts';

const secret = 'gh_secret-0123456789';

export function credentialsContract(dialect: Dialect, wire: DialectWire): void {
  const path = wire.path.replace('block_users', 'media');
  const present = wire.present(secret);
  const credential = async (parts: RequestParts) => {
    const found = await dialect.credential(wireRequest({ method: 'POST', path, ...parts }));
    return found instanceof Refusal ? found.reason.kind : found;
  };
  const also = (parts: RequestParts): RequestParts => ({ ...parts, headers: { ...present, ...parts.headers } });

  it('finds the credential of a request that passes through as that of any other', async () => {
    const twice = Object.entries(present).map(([name, value]) => [name, [value, value]] as const);
    assert.deepEqual(await credential({ headers: present }), { secret });
    assert.equal(await credential({ headers: wire.present('') }), 'no_credential');
    assert.equal(await credential({}), 'no_credential');
    assert.equal(await credential({ headers: Object.fromEntries(twice) }), 'ambiguous_credential');
  });

  it('finds it whatever the request holds, which is the provider’s matter', async () => {
    for (const parts of [
      { body: '{' },
      { body: Buffer.from([0xff, 0, 0xfe]), headers: { 'content-type': 'application/octet-stream' } },
      { body: 'x', headers: { 'content-type': 'multipart/form-data' } },
      { query: 'a=%ff' },
      { query: 'a&'.repeat(200) },
      carriers['a JSON body']?.({ name: 'a template', components: [{ type: 'BODY' }] }) ?? {},
    ]) {
      assert.deepEqual(await credential(also(parts)), { secret });
      assert.equal(await credential(parts), 'no_credential');
    }
  });

  it('refuses a batch in a body, to whom has a credential', async () => {
    for (const [what, carry] of Object.entries(carriers)) {
      const parts = carry({ batch: [{ method: 'POST', relative_url: 'x/messages' }] });
      assert.equal(await credential(also(parts)), 'batch_refused', what);
      assert.equal(await credential(parts), 'no_credential', what);
    }
  });
}
