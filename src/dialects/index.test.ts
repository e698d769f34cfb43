import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RequestParts, wireRequest } from './contract/request.contract.ts';
import { dialects } from './index.ts';

const claimant = (parts: RequestParts) => dialects.find((dialect) => dialect.claims(wireRequest(parts)))?.name;
const everyHeader = { 'd360-api-key': 'k', 'x-api-key': 'k', authorization: 'Bearer k' };

describe('a request', () => {
  it('under the prefix is Kapso’s, whatever its headers', () => {
    for (const path of ['/meta/whatsapp', '/meta/whatsapp/', '/meta/whatsapp/v24.0/1/block_users']) {
      assert.equal(claimant({ path, headers: everyHeader }), 'kapso');
    }
  });

  it('with the header D360-API-KEY is 360dialog’s, whatever its path', () => {
    for (const path of ['/', '/block_users', '/v25.0/1/block_users', '/meta/whatsappx']) {
      assert.equal(claimant({ path, headers: everyHeader }), '360dialog');
    }
  });

  it('for an edge at the root is 360dialog’s without a key too', () => {
    for (const path of ['/block_users', '/block_users/', '/messages', '/marketing_messages', '/calls']) {
      assert.equal(claimant({ path }), '360dialog');
    }
  });

  it('of any other kind is Meta’s', () => {
    for (const path of [
      '/',
      '/v25.0/1/block_users',
      '/1/block_users',
      '/block_users/x',
      '/block_usersx',
      '/meta/whatsappx',
      '//',
      '/%ff',
    ]) {
      assert.equal(claimant({ path, headers: { 'x-api-key': 'k', authorization: 'Bearer k' } }), 'meta');
    }
  });
});
