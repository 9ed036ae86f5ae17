import { azure } from '@mooring/azure';
import { describe, expect, test } from 'vitest';
import {
  type CredentialContext,
  type CredentialDraft,
  draftOf,
  isStoredCredential,
  previewOf,
  readCredential,
  textOf,
  wayOf,
  wholeRefusal,
  withoutSecrets,
} from './draft.ts';
import { typedCredential } from './testing.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const ID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const SIG = `${'A'.repeat(43)}%3D`;
const sas = (fields: string) => `sv=2025-11-05&ss=b&se=2027-01-01T00:00:00Z&spr=https&${fields}&sig=${SIG}`;
const GOOD = sas('srt=co&sp=rl');
const CONTEXT: CredentialContext = { now: NOW, location: null, accessMode: 'server' };
const toInput = (draft: CredentialDraft, context = CONTEXT) => {
  const read = readCredential(azure, draft, context);
  return read.ok ? read.value : null;
};
const inputOf = (way: string, texts: Record<string, string> = {}) =>
  toInput(typedCredential(azure, way, texts));

describe('an app registration', () => {
  const app = { tenantId: ` ${ID} `, clientId: ID, clientSecret: ' s3cret~ ' };

  test('is sent without the spaces around its parts', () => {
    expect(inputOf('azure-app', app)).toEqual({
      kind: 'azure-app',
      tenantId: ID,
      clientId: ID,
      clientSecret: 's3cret~',
    });
  });

  test.each([{ tenantId: '' }, { clientId: 'my app' }, { clientSecret: ID }])(
    'is not sent with %o',
    change => {
      expect(inputOf('azure-app', { ...app, ...change })).toBeNull();
    },
  );

  test('keeps its ids when another way is chosen, which has fields of its own', () => {
    const typed = typedCredential(azure, 'azure-app', app);
    const texts = (way: string) => wayOf(azure, way)!.fields.map(field => textOf(typed, field).trim());
    expect(texts('azure-app-certificate')).toEqual([ID, ID, '']);
    expect(texts('azure-managed-identity')).toEqual(['']);
  });
});

describe('other ways', () => {
  const PEM = ['CERTIFICATE', 'PRIVATE KEY'].map(type => `-----BEGIN ${type}-----\nMIIB`).join('\n');
  const tenantId = 'acme.onmicrosoft.com';
  const typed = { tenantId: `${tenantId} `, clientId: ID, certificatePem: PEM };

  test.each<[string, object]>([
    ['azure-app-certificate', { tenantId, clientId: ID, certificatePem: PEM }],
    ['azure-app-federated', { tenantId, clientId: ID }],
    ['azure-mooring-app', { tenantId }],
    ['azure-cli', { tenantId }],
  ])('%s sends its own fields and no others', (way, fields) => {
    expect(inputOf(way, typed)).toEqual({ kind: way, ...fields });
    const other = {
      ...typedCredential(azure, 'azure-app', { ...typed, clientSecret: 's' }),
      kind: 'azure-managed-identity',
    };
    expect(toInput(other)).toEqual({ kind: 'azure-managed-identity' });
  });

  test('what is optional may be left out, but not be wrong', () => {
    expect(inputOf('azure-managed-identity', { clientId: ID })).toMatchObject({ clientId: ID });
    expect(inputOf('azure-managed-identity', { clientId: 'mine' })).toBeNull();
    expect(inputOf('azure-cli')).toEqual({ kind: 'azure-cli' });
  });
});

describe('a token, and a second one behind a switch', () => {
  test('is sent alone, or with the second', () => {
    expect(inputOf('azure-sas', { sasToken: GOOD })).toEqual({ kind: 'azure-sas', sasToken: GOOD });
    const deliverySasToken = sas('srt=o&sp=r');
    expect(inputOf('azure-sas', { sasToken: GOOD, deliverySasToken })).toMatchObject({ deliverySasToken });
  });

  test('is not sent where something speaks against either', () => {
    expect(inputOf('azure-sas', { sasToken: sas('srt=co&sp=r') })).toBeNull();
    expect(inputOf('azure-sas', { sasToken: GOOD, deliverySasToken: GOOD })).toBeNull();
    expect(inputOf('azure-sas', { sasToken: GOOD, deliverySasToken: '' })).toBeNull();
    expect(inputOf('azure-sas', { sasToken: '' })).toBeNull();
  });
});

test('a token alone is refused as a whole where only browsers may read, and each field is sound', () => {
  const draft = typedCredential(azure, 'azure-sas', { sasToken: GOOD });
  const clientOnly: CredentialContext = { ...CONTEXT, accessMode: 'client-only' };
  expect(toInput(draft, clientOnly)).toBeNull();
  expect(wholeRefusal(azure, draft, clientOnly)).toMatchObject({ field: 'deliverySasToken' });
  expect(wholeRefusal(azure, draft, CONTEXT)).toBeNull();
  const wrong = typedCredential(azure, 'azure-sas', { sasToken: 'no token' });
  expect(wholeRefusal(azure, wrong, clientOnly)).toBeNull();
});

test('a draft of what is stored is what is stored, and a preview of it shows the same', () => {
  const shown = { kind: 'azure-app', tenantId: ID, clientId: ID };
  const draft = draftOf(azure, shown);
  expect(isStoredCredential(azure, draft, shown)).toBe(true);
  expect(previewOf(azure, draft)).toEqual(shown);
});

test('of a credential the browser keeps choices, and texts that can be no secret', () => {
  const app = { tenantId: 'tenant', clientId: ID, clientSecret: 'SECRET' };
  const kept = withoutSecrets(azure, typedCredential(azure, 'azure-app', app));
  expect(kept).toEqual(typedCredential(azure, 'azure-app', { clientId: ID }));
  const two = typedCredential(azure, 'azure-sas', { sasToken: GOOD, deliverySasToken: GOOD });
  expect(withoutSecrets(azure, two)).toEqual({ ...two, texts: {} });
  expect(withoutSecrets(azure, { kind: 'SECRET', texts: { SECRET: 'x' }, wanted: ['SECRET'] })).toEqual(
    typedCredential(azure, 'azure-app'),
  );
});
