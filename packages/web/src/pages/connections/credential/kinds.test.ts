import type { Installation } from '@mooring/contract';
import { expect, test } from 'vitest';
import { CREDENTIAL_CHOICES, isOffered, recommendedKind } from './kinds.ts';

const BARE: Installation = {
  version: '1',
  origins: [],
  mooringApp: null,
  federation: null,
  managedIdentity: false,
  azureCli: false,
};

test('without anything set, an app registration of their own is recommended, and a SAS offered', () => {
  expect(recommendedKind(BARE)).toBe('azure-app');
  const offered = CREDENTIAL_CHOICES.filter(({ kind }) => isOffered(kind, BARE));
  expect(offered.map(({ kind }) => kind)).toEqual(['azure-app', 'azure-app-certificate', 'azure-sas']);
  expect(offered.every(({ operator }) => operator === null)).toBe(true);
});

test('what needs the operator says what to set, and comes first where it is set', () => {
  const hidden = CREDENTIAL_CHOICES.filter(({ kind }) => !isOffered(kind, BARE));
  expect(hidden.every(({ operator }) => operator?.includes('MOORING_'))).toBe(true);
  expect(recommendedKind({ ...BARE, mooringApp: { clientId: 'x' } })).toBe('azure-mooring-app');
  expect(recommendedKind({ ...BARE, azureCli: true })).toBe('azure-app');
});
