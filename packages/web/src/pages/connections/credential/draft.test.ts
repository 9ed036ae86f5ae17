import { describe, expect, test } from 'vitest';
import {
  type CredentialDraft,
  EMPTY_CREDENTIAL,
  FIELD_PROBLEMS,
  judgePasted,
  toCredentialInput,
} from './draft.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const ID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const SIG = `${'A'.repeat(43)}%3D`;
const sas = (fields: string) => `sv=2025-11-05&ss=b&se=2027-01-01T00:00:00Z&spr=https&${fields}&sig=${SIG}`;
const GOOD = sas('srt=co&sp=rl');

describe('an app registration', () => {
  const app: CredentialDraft = {
    ...EMPTY_CREDENTIAL,
    tenantId: ` ${ID} `,
    clientId: ID,
    clientSecret: ' s3cret~ ',
  };

  test('is sent without the spaces around its parts', () => {
    expect(toCredentialInput(app, NOW)).toEqual({
      kind: 'azure-app',
      tenantId: ID,
      clientId: ID,
      clientSecret: 's3cret~',
    });
  });

  test.each([{ tenantId: '' }, { clientId: 'my app' }, { clientSecret: ID }])(
    'is not sent with %o',
    change => {
      expect(toCredentialInput({ ...app, ...change }, NOW)).toBeNull();
    },
  );

  test('a tenant can be named by a domain', () => {
    expect(FIELD_PROBLEMS.tenantId('acme.onmicrosoft.com')).toBeNull();
  });

  test('the id of a secret in place of its value is noticed', () => {
    expect(FIELD_PROBLEMS.clientSecret(ID)).toMatch(/id of a secret/);
  });
});

describe('other kinds', () => {
  const PEM = ['CERTIFICATE', 'PRIVATE KEY'].map(type => `-----BEGIN ${type}-----\nMIIB`).join('\n');
  const typed: CredentialDraft = {
    ...EMPTY_CREDENTIAL,
    tenantId: 'acme.onmicrosoft.com ',
    clientId: ID,
    certificatePem: PEM,
  };
  const tenantId = 'acme.onmicrosoft.com';

  test.each<[CredentialDraft['kind'], object]>([
    ['azure-app-certificate', { tenantId, clientId: ID, certificatePem: PEM }],
    ['azure-app-federated', { tenantId, clientId: ID }],
    ['azure-mooring-app', { tenantId }],
    ['azure-managed-identity', {}],
    ['azure-cli', { tenantId }],
  ])('%s sends its own fields and no others', (kind, fields) => {
    expect(toCredentialInput({ ...typed, kind }, NOW)).toEqual({ kind, ...fields });
  });

  test('what is optional may be left out, but not be wrong', () => {
    const identity: CredentialDraft = { ...EMPTY_CREDENTIAL, kind: 'azure-managed-identity' };
    expect(toCredentialInput({ ...identity, identityClientId: ID }, NOW)).toMatchObject({ clientId: ID });
    expect(toCredentialInput({ ...identity, identityClientId: 'mine' }, NOW)).toBeNull();
    expect(toCredentialInput({ ...EMPTY_CREDENTIAL, kind: 'azure-cli' }, NOW)).toEqual({ kind: 'azure-cli' });
  });

  test('an account key is refused in every field, with why', () => {
    const key = `${'a'.repeat(86)}==`;
    for (const problemOf of Object.values(FIELD_PROBLEMS))
      expect(problemOf(key)).toMatch(/account key.*role/);
  });
});

describe('a SAS', () => {
  const draft = (change: Partial<CredentialDraft>): CredentialDraft => ({
    ...EMPTY_CREDENTIAL,
    kind: 'azure-sas',
    sasToken: GOOD,
    wantsDelivery: 'deliverySasToken' in change,
    ...change,
  });

  test('is sent alone, or with a delivery token', () => {
    expect(toCredentialInput(draft({}), NOW)).toEqual({ kind: 'azure-sas', sasToken: GOOD });
    expect(toCredentialInput(draft({ deliverySasToken: sas('srt=o&sp=r') }), NOW)).toMatchObject({
      deliverySasToken: expect.stringContaining('srt=o'),
    });
  });

  test('is not sent where something speaks against either token', () => {
    expect(toCredentialInput(draft({ sasToken: sas('srt=co&sp=r') }), NOW)).toBeNull();
    expect(toCredentialInput(draft({ deliverySasToken: GOOD }), NOW)).toBeNull();
    expect(toCredentialInput(draft({ deliverySasToken: '' }), NOW)).toBeNull();
    expect(toCredentialInput(draft({ sasToken: '' }), NOW)).toBeNull();
  });

  test('what it says of itself is told, even where it will not do', () => {
    const judged = judgePasted(sas('srt=co&sp=r'), 'list-and-read', NOW);
    expect(judged?.summary?.permissions).toBe('r');
    expect(judged?.errors[0]?.message).toMatch(/lacks the permission List/);
  });

  test('nothing is said of an empty field', () => {
    expect(judgePasted('  ', 'list-and-read', NOW)).toBeNull();
  });
});
