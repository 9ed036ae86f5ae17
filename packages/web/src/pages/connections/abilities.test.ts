import type { Check, CheckId, Credential, SasSummary } from '@mooring/contract';
import { expect, test } from 'vitest';
import { abilitiesOf, type Known } from './abilities.ts';

const location = { account: 'acme', container: 'photos', prefix: 'raw/' };
const app: Credential = { kind: 'azure-app', tenantId: 't', clientId: 'c' };
const sas = { permissions: 'rl', resourceTypes: 'co' } as SasSummary;
const check = (id: CheckId, status: Check['status']) => ({ id, status }) as Check;
const stateOf = (known: Partial<Known>, id: string) =>
  abilitiesOf({ location, credential: app, checks: [], ...known }).find(ability => ability.id === id)?.state;

test('nothing is claimed before a check has proved it', () => {
  expect(stateOf({}, 'list')).toBe('expected');
  expect(stateOf({ checks: [check('list', 'running')] }, 'list')).toBe('expected');
  expect(stateOf({ checks: [check('list', 'passed')] }, 'list')).toBe('can');
  expect(stateOf({ checks: [check('list', 'failed')] }, 'list')).toBe('failing');
});

test('what rests on two checks needs both', () => {
  expect(stateOf({ checks: [check('sign', 'passed')] }, 'show')).toBe('can');
  expect(stateOf({ checks: [check('sign', 'passed'), check('fetch', 'waiting')] }, 'show')).toBe('expected');
  expect(stateOf({ checks: [check('sign', 'passed'), check('fetch', 'skipped')] }, 'show')).toBe('failing');
});

test('the container and the prefix are named', () => {
  expect(abilitiesOf({ location, credential: null, checks: [] })[0]?.text).toBe(
    'List what is in the container photos, below raw/',
  );
});

test('a SAS that can write is pointed out, and what it reaches', () => {
  const credential: Credential = {
    kind: 'azure-sas',
    sas: { ...sas, permissions: 'rwl' },
    deliverySas: null,
  };
  const abilities = abilitiesOf({ location, credential, checks: [] });
  expect(abilities.find(({ id }) => id === 'write')).toMatchObject({
    state: 'beware',
    text: 'The token also allows to write; Mooring never does',
  });
  expect(abilities.find(({ id }) => id === 'others')?.state).toBe('beware');
  expect(abilities.some(({ id }) => id === 'browser')).toBe(false);
});
