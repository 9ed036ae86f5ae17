import { azure } from '@mooring/azure';
import type { Check, CheckId, Credential } from '@mooring/contract';
import { expect, test } from 'vitest';
import { abilitiesOf, type Known } from './abilities.ts';

const location = { account: 'acme', endpoint: 'https://acme.example', container: 'photos', prefix: 'raw/' };
const app: Credential = { kind: 'azure-app' };
const nothing: Known = {
  kind: azure,
  location,
  credential: app,
  checks: [],
  renditionPrefix: null,
  ownership: null,
};
const check = (id: CheckId, status: Check['status']) => ({ id, status, side: 'server' }) as Check;
const stateOf = (known: Partial<Known>, id: string) =>
  abilitiesOf({ ...nothing, ...known }).find(ability => ability.id === id)?.state;

test('nothing is claimed before a check has proved it', () => {
  expect(stateOf({}, 'list')).toBe('expected');
  expect(stateOf({ checks: [check('list', 'running')] }, 'list')).toBe('expected');
  expect(stateOf({ checks: [check('list', 'passed')] }, 'list')).toBe('can');
  expect(stateOf({ checks: [check('list', 'failed')] }, 'list')).toBe('failing');
});

test('what rests on two checks needs both', () => {
  expect(stateOf({ checks: [check('sign', 'passed')] }, 'show')).toBe('can');
  expect(stateOf({ checks: [check('sign', 'passed'), check('fetch', 'waiting')] }, 'show')).toBe('expected');
  expect(stateOf({ checks: [check('sign', 'passed'), check('fetch', 'skipped')] }, 'show')).toBe('blocked');
});

test('a browser that has looked for itself has the last word', () => {
  const inBrowser = (status: Check['status']) => ({ ...check('fetch', status), side: 'browser' }) as Check;
  const preflight = check('preflight', 'passed');
  expect(stateOf({ checks: [preflight] }, 'browser')).toBe('can');
  expect(stateOf({ checks: [preflight, inBrowser('failed')] }, 'browser')).toBe('failing');
  expect(stateOf({ checks: [preflight, inBrowser('skipped')] }, 'browser')).toBe('can');
  expect(stateOf({ checks: [check('fetch', 'passed'), inBrowser('failed')] }, 'show')).toBe('can');
});

test('the container and the prefix are named', () => {
  expect(abilitiesOf({ ...nothing, credential: null })[0]?.text).toBe(
    'List what is in the container photos, below raw/',
  );
});

test('an identity of the installation has to be wanted by the owner', () => {
  const credential: Credential = { kind: 'azure-mooring-app' };
  expect(stateOf({}, 'ownership')).toBeUndefined();
  expect(stateOf({ credential }, 'ownership')).toBe('expected');
  expect(stateOf({ credential, checks: [check('ownership', 'failed')] }, 'ownership')).toBe('failing');
  expect(stateOf({ credential, ownership: { provenAt: '2026-11-22T10:00:00Z' } }, 'ownership')).toBe('can');
});

test('renditions are written only where that is wanted', () => {
  expect(stateOf({}, 'renditions')).toBeUndefined();
  expect(stateOf({ renditionPrefix: 'mooring/', checks: [check('write', 'passed')] }, 'renditions')).toBe(
    'can',
  );
});
