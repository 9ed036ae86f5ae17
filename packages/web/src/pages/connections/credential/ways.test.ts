import { azure } from '@mooring/azure';
import { expect, test } from 'vitest';
import { emptyCredential } from './draft.ts';
import { recommendedWay } from './ways.ts';

const { ways } = azure.credentials;
const recommended = (offers: object) => recommendedWay(azure, { ...offers }).id;

test('without anything set, a way that is always there is recommended, and is the one to begin with', () => {
  expect(recommended({})).toBe('azure-app');
  expect(emptyCredential(azure).kind).toBe('azure-app');
});

test('the best of what is offered is recommended, but never one person’s sign-in', () => {
  expect(recommended({ mooringApp: { clientId: 'x' } })).toBe('azure-mooring-app');
  expect(recommended({ azureCli: true })).toBe('azure-app');
  const personal = { ...azure, credentials: { ...azure.credentials, ways: ways.toReversed() } };
  const first = ways.toReversed().filter(way => way.isOffered({ azureCli: true }) && !way.isPersonal)[0]!;
  expect(recommendedWay(personal, { azureCli: true })).toBe(first);
});
