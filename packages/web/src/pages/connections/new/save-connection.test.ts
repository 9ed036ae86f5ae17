import { azure, type SasSummary } from '@mooring/azure';
import type { Connection, Credential } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { isStoredCredential, wayOf, withText } from '../credential/draft.ts';
import { typedCredential } from '../credential/testing.ts';
import { EMPTY } from './draft.ts';
import { isAuthorised, madeAtThisPlace } from './save-connection.ts';

const ID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const location = { account: 'acme', endpoint: 'https://acme.example', container: 'photos', prefix: '' };
const [token] = wayOf(azure, 'azure-sas')!.fields;

describe('what is typed is what is stored', () => {
  const sas = { permissions: 'rl' } as SasSummary;
  test.each<[Credential, Record<string, string>]>([
    [
      { kind: 'azure-app', tenantId: 't', clientId: 'c' },
      { tenantId: ' t', clientId: 'c' },
    ],
    [
      { kind: 'azure-app-federated', tenantId: 't', clientId: 'c' },
      { tenantId: 't', clientId: 'c' },
    ],
    [{ kind: 'azure-mooring-app', tenantId: 't', clientId: 'ours' }, { tenantId: 't' }],
    [{ kind: 'azure-managed-identity', clientId: null }, {}],
    [{ kind: 'azure-cli', tenantId: null }, {}],
    [{ kind: 'azure-sas', sas, deliverySas: sas }, { deliverySasToken: '' }],
  ])('$kind', (stored, texts) => {
    const { kind } = stored;
    const typed = typedCredential(azure, kind, texts);
    expect(isStoredCredential(azure, typed, stored)).toBe(true);
    expect(isStoredCredential(azure, withText(typed, token!, 'another'), stored)).toBe(false);
    const otherKind = kind === 'azure-cli' ? 'azure-sas' : 'azure-cli';
    expect(isStoredCredential(azure, { ...typed, kind: otherKind }, stored)).toBe(false);
  });

  test('not with another tenant, or without the second token', () => {
    const app: Credential = { kind: 'azure-app', tenantId: 't', clientId: 'c' };
    const other = typedCredential(azure, 'azure-app', { tenantId: 'u', clientId: 'c' });
    expect(isStoredCredential(azure, other, app)).toBe(false);
    const two: Credential = { kind: 'azure-sas', sas, deliverySas: sas };
    expect(isStoredCredential(azure, typedCredential(azure, 'azure-sas'), two)).toBe(false);
  });
});

test('one goes on with what is stored, or with what is whole', () => {
  const made = {
    provider: 'azure',
    location: { ...location, container: 'another' },
    credential: { kind: 'azure-app', tenantId: ID, clientId: ID },
  } as unknown as Connection;
  const ids = { tenantId: 'other.example', clientId: ID };
  const typed = { ...EMPTY, credential: typedCredential(azure, 'azure-app', ids) };
  expect(isAuthorised(typed, location, null)).toBe(false);
  // Its secret is stored, for another tenant and another container too; not for another kind of credential.
  expect(isAuthorised(typed, location, made)).toBe(true);
  const sas = { ...EMPTY, credential: typedCredential(azure, 'azure-sas') };
  expect(isAuthorised(sas, location, made)).toBe(false);
  expect(isAuthorised(typed, location, { ...made, provider: 'other' })).toBe(false);
  const whole = typedCredential(azure, 'azure-app', { ...ids, clientSecret: 's3cret' });
  expect(isAuthorised({ ...EMPTY, credential: whole }, location, null)).toBe(true);
});

test('a connection at another place, or of another kind, is not this one', () => {
  const made = { provider: 'azure', location } as unknown as Connection;
  expect(madeAtThisPlace(made, EMPTY, { ...location })).toBe(made);
  expect(madeAtThisPlace(made, EMPTY, { ...location, prefix: 'raw/' })).toBeNull();
  expect(madeAtThisPlace({ ...made, provider: 'other' }, EMPTY, location)).toBeNull();
  expect(madeAtThisPlace(null, EMPTY, location)).toBeNull();
});
