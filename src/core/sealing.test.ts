import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SealedSecret } from './ids.ts';
import { SealError, Sealer } from './sealing.ts';

const [old, young] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const place = 'berlin/token';

function assertSealed(act: () => unknown, why: SealError['why'], ...secrets: readonly string[]): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof SealError);
    assert.deepEqual([error.why, error.place, error.cause], [why, place, undefined]);
    for (const secret of secrets) assert.ok(!`${error.stack}`.includes(secret));
    return true;
  });
}

describe('Sealer', () => {
  it('opens what it sealed, of any length and script', () => {
    const sealer = new Sealer([old]);
    for (const secret of ['x', 'EAAG…ü😀', 'a'.repeat(4096)])
      assert.equal(sealer.open(sealer.seal(secret, place), place), secret);
  });

  it('names version and key, shows nothing of the secret, and never seals the same twice', () => {
    const sealer = new Sealer([old]);
    const [one, other] = [sealer.seal('secret', place), sealer.seal('secret', place)];
    assert.match(one, /^v1\.[\w-]{8}\.[\w-]{46}$/);
    assert.notEqual(one, other);
    assert.equal(one.split('.')[1], other.split('.')[1]);
    assert.ok(!Buffer.from(one.split('.')[2]!, 'base64url').includes('secret'));
  });

  it('opens with any of its keys and seals with the first', () => {
    const before = new Sealer([old]).seal('secret', place);
    const during = new Sealer([young, old]);
    assert.equal(during.open(before, place), 'secret');
    assert.equal(during.isCurrent(before), false);
    const after = during.seal('secret', place);
    assert.equal(during.isCurrent(after), true);
    assert.equal(new Sealer([young]).open(after, place), 'secret');
    assertSealed(() => new Sealer([young]).open(before, place), 'unknown_key', before);
  });

  it('opens in no other place', () => {
    const sealer = new Sealer([old]);
    assertSealed(() => sealer.open(sealer.seal('hush', 'paris/token'), place), 'damaged', 'hush');
    assertSealed(() => sealer.open(sealer.seal('hush', 'berlin/appSecret'), place), 'damaged', 'hush');
  });

  it('opens nothing that was changed or cut', () => {
    const sealer = new Sealer([old]);
    const sealed = sealer.seal('secret', place);
    const [version, id, text] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(text, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const damaged = `${version}.${id}.${changed.toString('base64url')}` as SealedSecret;
      assertSealed(() => sealer.open(damaged, place), 'damaged', damaged);
    }
    for (const damaged of [
      '',
      'secret',
      `v2.${id}.${text}`,
      `v1.${id}.`,
      `v1.${id}.${text.slice(0, 20)}`,
      `${sealed}.x`,
    ])
      assertSealed(() => sealer.open(damaged as SealedSecret, place), 'damaged');
  });

  it('seals nothing without a key', () => {
    const sealer = new Sealer([]);
    assert.equal(sealer.canSeal, false);
    assert.equal(new Sealer([old]).canSeal, true);
    assertSealed(() => sealer.seal('hush', place), 'no_key', 'hush');
    const sealed = new Sealer([old]).seal('secret', place);
    assertSealed(() => sealer.open(sealed, place), 'unknown_key');
    assert.equal(sealer.isCurrent(sealed), false);
    assert.equal(sealer.isCurrent('nothing' as SealedSecret), false);
  });
});
