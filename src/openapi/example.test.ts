import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exampleOf, examplesOf } from './example.ts';

it('an example is the schema’s own, or is made of what its parts show', () => {
  assert.deepEqual(examplesOf({ type: 'string', examples: ['a', 'b'] }), ['a', 'b']);
  const schema = {
    type: 'object',
    properties: {
      kind: { type: 'string', const: 'user' },
      way: { type: 'string', enum: ['in', 'out'] },
      ids: { type: 'array', items: { type: 'string', examples: ['1'] } },
      size: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
      on: { type: ['boolean', 'null'] },
      text: { type: 'string' },
      nothing: { type: 'null' },
    },
  };
  assert.deepEqual(exampleOf(schema), {
    kind: 'user',
    way: 'in',
    ids: ['1'],
    size: 1,
    on: true,
    text: 'text',
    nothing: null,
  });
});
