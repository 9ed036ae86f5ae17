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

describe('a SAS', () => {
  const draft = (change: Partial<CredentialDraft>): CredentialDraft => ({
    ...EMPTY_CREDENTIAL,
    kind: 'azure-sas',
    sasToken: GOOD,
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
