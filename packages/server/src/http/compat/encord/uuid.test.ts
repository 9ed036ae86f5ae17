import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.ts';
import { fromUuid, toUuid } from './uuid.ts';

const KINDS = ['connection', 'folder', 'asset', 'operation', 'registration'] as const;

it('makes a UUID of each id, and the id of each such UUID', () => {
  const id = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{20}$/);
  const prefixes = { connection: 'con', folder: 'fld', asset: 'ast', operation: 'op', registration: 'reg' };
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), id, (kind, text) => {
      const uuid = toUuid(`${prefixes[kind]}_${text}`);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(fromUuid(kind, uuid.toUpperCase())).toBe(`${prefixes[kind]}_${text}`);
    }),
  );
});

it('stays as it is, because scripts keep UUIDs', () => {
  expect(toUuid('ast_01k9zq3v8w2m4n6p8r0t')).toBe('00000801-9a7f-871e-b470-54254d64601a');
});

it('refuses a UUID of another kind, and what is none of ours', () => {
  const asset = toUuid(newId('asset'));
  for (const other of ['folder', 'connection', 'operation', 'registration'] as const)
    expect(() => fromUuid(other, asset)).toThrow(`There is no ${other}`);
  for (const text of ['', 'x', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6', asset.slice(1), `${asset}0`])
    expect(() => fromUuid('asset', text), text).toThrow('There is no asset');
});
