import { expect, test } from 'vitest';
import type { SasSummary } from '../schemas.ts';
import { abilitiesOf } from './abilities.ts';

const location = { account: 'acme', endpoint: 'https://acme.example', container: 'photos', prefix: 'raw/' };
const sas = { type: 'account', permissions: 'rl', resourceTypes: 'co' } as SasSummary;
const find = (of: SasSummary, id: string) =>
  abilitiesOf({ location, credential: { kind: 'azure-sas', sas: of, deliverySas: null } }).find(
    ability => ability.id === id,
  );

test('a SAS that can write is pointed out, and what it reaches', () => {
  const writing = { ...sas, permissions: 'rwl' };
  expect(find(writing, 'write')).toMatchObject({
    provedBy: 'beware',
    text: 'The token also allows to write. Mooring never does that',
  });
  expect(find({ ...sas, permissions: 'rlmeo' }, 'write')?.text).toMatch(
    /to move, execute and change owners\./,
  );
  expect(find(writing, 'others')?.provedBy).toBe('beware');
  expect(find(writing, 'browser')).toBeUndefined();
});

test('a SAS of one container reaches no other', () => {
  expect(find({ ...sas, type: 'container' }, 'others')?.provedBy).toBe('cannot');
});
