import type { Connection, Credential, SasSummary } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { type CredentialDraft, EMPTY_CREDENTIAL } from '../credential/draft.ts';
import { EMPTY } from './draft.ts';
import { isAuthorised, isStoredCredential, madeAtThisPlace } from './save-connection.ts';

const ID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const location = { account: 'acme', endpoint: 'https://acme.example', container: 'photos', prefix: '' };
const draft = (credential: Partial<CredentialDraft>) => ({
  ...EMPTY,
  credential: { ...EMPTY_CREDENTIAL, ...credential },
});

describe('what is typed is what is stored', () => {
  const sas = { permissions: 'rl' } as SasSummary;
  test.each<[Credential, Partial<CredentialDraft>]>([
    [
      { kind: 'azure-app', tenantId: 't', clientId: 'c' },
      { tenantId: ' t', clientId: 'c' },
    ],
    [
      { kind: 'azure-app-federated', tenantId: 't', clientId: 'c' },
      { tenantId: 't', clientId: 'c' },
    ],
    [{ kind: 'azure-mooring-app', tenantId: 't', clientId: 'ours' }, { tenantId: 't' }],
    [{ kind: 'azure-managed-identity', clientId: null }, { tenantId: 'of another kind' }],
    [{ kind: 'azure-cli', tenantId: null }, {}],
    [{ kind: 'azure-sas', sas, deliverySas: sas }, { wantsDelivery: true }],
  ])('$kind', (stored, typed) => {
    const { kind } = stored;
    expect(isStoredCredential(draft({ kind, ...typed }), stored)).toBe(true);
    expect(isStoredCredential(draft({ kind, ...typed, sasToken: 'another' }), stored)).toBe(false);
    const otherKind = kind === 'azure-cli' ? 'azure-sas' : 'azure-cli';
    expect(isStoredCredential(draft({ ...typed, kind: otherKind }), stored)).toBe(false);
  });

  test('not with another tenant, or without the second token', () => {
    const app: Credential = { kind: 'azure-app', tenantId: 't', clientId: 'c' };
    expect(isStoredCredential(draft({ kind: 'azure-app', tenantId: 'u', clientId: 'c' }), app)).toBe(false);
    const two: Credential = { kind: 'azure-sas', sas, deliverySas: sas };
    expect(isStoredCredential(draft({ kind: 'azure-sas' }), two)).toBe(false);
  });
});

test('one goes on with what is stored, or with what is whole', () => {
  const made = { location, credential: { kind: 'azure-app', tenantId: ID, clientId: ID } } as Connection;
  const typed = draft({ kind: 'azure-app', tenantId: ID, clientId: ID });
  expect(isAuthorised(typed, location, null)).toBe(false);
  expect(isAuthorised(typed, location, made)).toBe(true);
  const whole = { ...typed, credential: { ...typed.credential, clientSecret: 's3cret' } };
  expect(isAuthorised(whole, location, null)).toBe(true);
});

test('a connection at another place is not this one', () => {
  const made = { location } as Connection;
  expect(madeAtThisPlace(made, { ...location })).toBe(made);
  expect(madeAtThisPlace(made, { ...location, prefix: 'raw/' })).toBeNull();
  expect(madeAtThisPlace(null, location)).toBeNull();
});
