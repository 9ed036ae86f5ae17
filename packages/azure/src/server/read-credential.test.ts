import type { AccessMode, CredentialInput } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { type IdentityOffers, NO_OFFERS } from './identity/offers.ts';
import { readAzureCredential } from './read-credential.ts';

const NOW = new Date('2026-11-22T01:10:00Z');
const GUID = '0f1e2d3c-4b5a-4968-8776-655443322110';
const APP = { kind: 'azure-app', tenantId: GUID, clientId: GUID, clientSecret: 'aB18Q~value' } as const;
const SIG = `${'q'.repeat(43)}=`;
const sas = (fields: Record<string, string> = {}) =>
  new URLSearchParams({
    sv: '2025-11-05',
    ss: 'b',
    srt: 'co',
    sp: 'rl',
    se: '2027-01-01',
    spr: 'https',
    sig: SIG,
    ...fields,
  }).toString();
const DELIVERY = sas({ srt: 'o', sp: 'r' });

const location = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: 'photos',
  prefix: '',
};
const read = (
  input: CredentialInput,
  accessMode: AccessMode,
  now: Date,
  offers: IdentityOffers = NO_OFFERS,
) => readAzureCredential(input, { accessMode, location, offers, now });

function readCredential(...of: Parameters<typeof read>) {
  const found = read(...of);
  if (!found.ok) throw new Error(`It is refused: ${found.message}`);
  return { shown: found.value.shown, secret: found.value.sealed };
}

/** A refusal, with its field as the API names it. */
function refusalOf(input: CredentialInput, accessMode: AccessMode = 'server') {
  const found = read(input, accessMode, NOW);
  if (found.ok) return expect.unreachable('it is taken');
  const { code, field, message, fix } = found;
  return { code, message, fix, fields: [{ path: `credential.${field}`, message }] };
}

describe('an app registration', () => {
  test('is parted into what may be shown and what is sealed, trimmed', () => {
    const input = {
      ...APP,
      tenantId: ' contoso.onmicrosoft.com\n',
      clientId: ` ${GUID}`,
      clientSecret: ' aB18Q~value\n',
    };
    const shown = { kind: 'azure-app', tenantId: 'contoso.onmicrosoft.com', clientId: GUID };
    expect(readCredential(input, 'server', NOW)).toEqual({
      shown,
      secret: { ...shown, clientSecret: 'aB18Q~value' },
    });
  });

  test.each([
    ['tenantId', 'contoso', /has 7 characters and is neither a GUID nor a domain/],
    ['tenantId', ' ', /is empty/],
    ['clientId', 'my app', /has 6 characters and is no GUID/],
    ['clientSecret', GUID, /id of the secret \(“Secret ID”\) and not the secret itself \(“Value”\)/],
    ['clientSecret', ' \n', /is empty/],
    ['clientSecret', 'two words', /white space/],
  ])('with %s %j is refused', (field, value, message) => {
    const error = refusalOf({ ...APP, [field]: value });
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) });
    expect(error.fields).toEqual([{ path: `credential.${field}`, message: error.message }]);
  });

  test('a secret in the wrong field is not repeated', () => {
    for (const field of ['tenantId', 'clientId']) {
      const error = refusalOf({ ...APP, [field]: 'aB18Q~topsecret' });
      expect(JSON.stringify([error.message, error.fix, error.fields])).not.toContain('topsecret');
    }
  });
});

describe('an account key', () => {
  const KEY = `${'Ab1+/'.repeat(17)}x==`;
  const STRING = `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${KEY}`;

  test.each([
    ['clientSecret', { ...APP, clientSecret: KEY }],
    ['clientSecret', { ...APP, clientSecret: ` "${STRING}"\n` }],
    ['clientId', { ...APP, clientId: KEY }],
    ['tenantId', { kind: 'azure-cli', tenantId: STRING }],
    ['certificatePem', { ...APP, kind: 'azure-app-certificate', certificatePem: KEY }],
    ['deliverySasToken', { kind: 'azure-sas', sasToken: sas(), deliverySasToken: STRING }],
  ] as [string, CredentialInput][])('in %s is refused, with what to use instead', (field, input) => {
    const error = refusalOf(input);
    expect(error).toMatchObject({ code: 'account_key_refused', fields: [{ path: `credential.${field}` }] });
    expect(error.fix).toMatch(/app registration/);
    expect(JSON.stringify([error.message, error.fix])).not.toContain('Ab1+');
  });
});

describe('an identity of the installation', () => {
  const OFFERS = {
    app: { clientId: GUID, proof: { kind: 'secret', clientSecret: 'aB18Q~value' } },
    federatedTokenFile: '/token',
    managedIdentity: true,
    azureCli: true,
  } as const;

  test.each<[CredentialInput, object, object]>([
    [
      { kind: 'azure-mooring-app', tenantId: ` ${GUID}` },
      { tenantId: GUID, clientId: GUID },
      { tenantId: GUID },
    ],
    [{ kind: 'azure-managed-identity' }, { clientId: null }, {}],
    [{ kind: 'azure-managed-identity', clientId: GUID }, { clientId: GUID }, { clientId: GUID }],
    [{ kind: 'azure-cli', tenantId: ' ' }, { tenantId: null }, {}],
    [
      { kind: 'azure-app-federated', tenantId: GUID, clientId: GUID },
      { tenantId: GUID, clientId: GUID },
      { tenantId: GUID, clientId: GUID },
    ],
  ])('%j is taken where it is offered, and nothing of the installation is stored', (input, shown, secret) => {
    const { kind } = input;
    expect(readCredential(input, 'server', NOW, OFFERS)).toEqual({
      shown: { kind, ...shown },
      secret: { kind, ...secret },
    });
  });

  test.each<[CredentialInput, RegExp]>([
    [{ kind: 'azure-mooring-app', tenantId: GUID }, /MOORING_APP_CLIENT_ID/],
    [{ kind: 'azure-app-federated', tenantId: GUID, clientId: GUID }, /MOORING_FEDERATED_TOKEN_FILE/],
    [{ kind: 'azure-managed-identity' }, /MOORING_MANAGED_IDENTITY=true/],
    [{ kind: 'azure-cli' }, /MOORING_AZURE_CLI=true/],
  ])('%j is refused where it is not, with what the operator would set', (input, fix) => {
    expect(refusalOf(input)).toMatchObject({
      code: 'credential_unavailable',
      fix: expect.stringMatching(fix),
      fields: [{ path: 'credential.kind' }],
    });
  });
});

describe('a SAS', () => {
  test('is stored in its normal form, and its summary shown', () => {
    const read = readCredential({ kind: 'azure-sas', sasToken: ` ?${sas()}\n` }, 'server', NOW);
    expect(read).toEqual({
      shown: { kind: 'azure-sas', sas: expect.objectContaining({ permissions: 'rl' }), deliverySas: null },
      secret: { kind: 'azure-sas', sasToken: sas() },
    });
    expect(JSON.stringify(read.shown)).not.toContain('qqqq');
  });

  test('may come with a delivery token', () => {
    const input = { kind: 'azure-sas', sasToken: sas(), deliverySasToken: `?${DELIVERY}` } as const;
    expect(readCredential(input, 'client-only', NOW)).toMatchObject({
      shown: { deliverySas: { permissions: 'r', resourceTypes: 'o' } },
      secret: { deliverySasToken: DELIVERY },
    });
    const emptied = { ...input, deliverySasToken: ' ' };
    expect(readCredential(emptied, 'server', NOW).shown).toMatchObject({ deliverySas: null });
  });

  test.each([
    ['sas_malformed', 'hello'],
    ['account_key_refused', `AccountKey=${'a'.repeat(86)}==`],
    [
      'sas_wrong_kind',
      new URLSearchParams({ sv: '1', sr: 'b', sp: 'r', se: '2027-01-01', sig: SIG }).toString(),
    ],
    [
      'invalid_location',
      `https://acme.blob.core.windows.net/other?${new URLSearchParams({ sv: '1', sr: 'c', sp: 'rl', se: '2027-01-01', sig: SIG })}`,
    ],
    ['sas_wrong_service', sas({ ss: 'q' })],
    ['sas_missing_resource_type', sas({ srt: 'o' })],
    ['sas_missing_permission', sas({ sp: 'r' })],
    ['sas_expired', sas({ se: '2026-11-22' })],
    ['sas_not_yet_valid', sas({ st: '2026-11-23' })],
  ])('is refused as %s', (code, sasToken) => {
    const error = refusalOf({ kind: 'azure-sas', sasToken });
    expect(error).toMatchObject({ code, fix: expect.stringMatching(/\S/) });
    expect(error.fields).toEqual([{ path: 'credential.sasToken', message: error.message }]);
    expect(JSON.stringify([error.message, error.fix])).not.toContain('qqqq');
  });

  test('for delivery is refused where it grants more than reading objects', () => {
    expect(refusalOf({ kind: 'azure-sas', sasToken: sas(), deliverySasToken: sas() })).toMatchObject({
      code: 'sas_too_broad',
      fields: [{ path: 'credential.deliverySasToken' }],
    });
  });

  test('without a delivery token cannot serve a client-only connection', () => {
    expect(refusalOf({ kind: 'azure-sas', sasToken: sas() }, 'client-only')).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('client-only'),
    });
  });

  test('that also works over plain HTTP is taken', () => {
    expect(
      readCredential({ kind: 'azure-sas', sasToken: sas({ spr: 'https,http' }) }, 'server', NOW),
    ).toBeDefined();
  });
});
