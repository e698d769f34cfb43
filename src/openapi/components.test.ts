import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Components } from './components.ts';

const user = { title: 'Known user', type: 'object', properties: { id: { title: 'Id', type: 'string' } } };

describe('the schemas that the document tells once', () => {
  it('are objects with a title, wherever they are', () => {
    const components = new Components();
    const list = { type: 'object', properties: { data: { type: 'array', items: user } } };
    const ref = { $ref: '#/components/schemas/KnownUser' };
    assert.deepEqual(components.lift({ anyOf: [list, user] }), {
      anyOf: [{ type: 'object', properties: { data: { type: 'array', items: ref } } }, ref],
    });
    assert.deepEqual(components.schemas, { KnownUser: user });
  });

  it('are never two of one title', () => {
    const components = new Components();
    components.lift(user);
    components.lift(structuredClone(user));
    assert.throws(() => components.lift({ ...user, required: ['id'] }), /Two schemas have the title Known user/);
  });

  it('have properties of any name', () => {
    const odd = { type: 'object', properties: { items: { type: 'string' }, properties: { type: 'string' } } };
    assert.deepEqual(new Components().lift(odd), odd);
  });
});
