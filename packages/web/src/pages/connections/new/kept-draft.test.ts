import { azure } from '@mooring/azure';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { withText } from '../credential/draft.ts';
import { typedCredential } from '../credential/testing.ts';
import { type Draft, EMPTY, takeAddress, withPart } from './draft.ts';
import { keptDraft } from './kept-draft.ts';
import { loadDraft, saveDraft } from './use-draft.ts';

const stored = new Map<string, string>();
beforeEach(() => stored.clear());
globalThis.localStorage = {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
  removeItem: (key: string) => void stored.delete(key),
} as Storage;

/** Every field of the wizard, as its input changes the draft. */
const FIELDS: Record<string, (draft: Draft, text: string) => Partial<Draft>> = {
  address: (draft, text) => takeAddress(text, draft).draft,
  ...Object.fromEntries(
    (['account', 'endpoint', 'container', 'prefix'] as const).map(part => [
      part,
      (draft: Draft, text: string) => withPart(draft, part, text),
    ]),
  ),
  name: (_, name) => ({ name }),
  ...Object.fromEntries(
    azure.credentials.ways.flatMap(({ id, fields }) =>
      fields.map(field => [
        `${id}: ${field.name}`,
        ({ credential }: Draft, text: string) => ({ credential: withText(credential, field, text) }),
      ]),
    ),
  ),
  renditionPrefix: ({ grants }, renditionPrefix) => ({ grants: { ...grants, renditionPrefix } }),
  ...Object.fromEntries(
    (['prefix', 'folderName', 'include', 'exclude'] as const).map(field => [
      `source.${field}`,
      ({ source }: Draft, text: string) => ({ source: { ...source, [field]: text } }),
    ]),
  ),
};

const base64 = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(array => Buffer.from(array).toString('base64'));
const accountKey = base64(64);
const sas = base64(32).chain(signature =>
  fc.constantFrom(signature, encodeURIComponent(signature)).map(sig => ({
    secret: signature,
    text: `sv=2025-11-05&ss=b&srt=co&sp=rl&se=2030-01-01T00:00:00Z&sig=${sig}`,
  })),
);
const clientSecret = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_~.-'), minLength: 34, maxLength: 34 })
  .map(rest => `aB38Q~${rest}`);
/** A secret, and a text as people have it in the clipboard. */
const pasted = fc.oneof(
  accountKey.chain(secret =>
    fc
      .constantFrom(
        secret,
        encodeURIComponent(secret),
        `"${secret}"`,
        `key1: ${secret}`,
        `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${secret};EndpointSuffix=core.windows.net`,
        `BlobEndpoint=https://acme.blob.core.windows.net/;AccountName=acme;AccountKey=${secret}`,
        `'AccountName=acme;AccountKey=${secret}'`,
        `AZURE_STORAGE_CONNECTION_STRING="AccountName=acme;AccountKey=${secret}"`,
      )
      .map(text => ({ secret, text })),
  ),
  sas.chain(({ secret, text }) =>
    fc
      .constantFrom(
        text,
        `?${text}`,
        `"https://acme.blob.core.windows.net/photos?${text}"`,
        `https://acme.blob.core.windows.net/photos/raw/?${text}`,
        `acme.blob.core.windows.net/photos?${text}`,
        `BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=${text}`,
        `AccountName=acme;SharedAccessSignature=${text}`,
      )
      .map(whole => ({ secret, text: whole })),
  ),
  clientSecret.map(secret => ({ secret, text: secret })),
  base64(48).map(secret => ({
    secret,
    text: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
  })),
  base64(48).map(secret => ({ secret, text: `-----BEGIN PRIVATE KEY-----${secret}` })),
);

const pieces = (secret: string): string[] => secret.split(/[^A-Za-z0-9]+/).filter(piece => piece.length >= 6);
const everythingStored = () => [...stored.values()].join('\n');
const change = (draft: Draft, field: string, text: string): Draft => {
  const next = { ...draft, ...FIELDS[field]!(draft, text) };
  saveDraft(next);
  return next;
};

describe('every text that is pasted, in every field', () => {
  test.each(Object.keys(FIELDS))('no piece of a secret is kept: %s', field => {
    const begun = fc.constantFrom<Draft>(EMPTY, {
      ...takeAddress('https://acme.blob.core.windows.net/photos/raw/', EMPTY).draft,
    });
    fc.assert(
      fc.property(
        begun,
        pasted,
        fc.constantFrom(...Object.keys(FIELDS)),
        pasted,
        (draft, first, other, second) => {
          change(change(draft, field, first.text), other, second.text);
          for (const piece of [...pieces(first.secret), ...pieces(second.secret)])
            expect(everythingStored()).not.toContain(piece);
          // And a visit after that does not bring it back.
          saveDraft(loadDraft());
          for (const piece of pieces(first.secret)) expect(everythingStored()).not.toContain(piece);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('nor when it is typed, letter by letter, once it is whole', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(FIELDS)), pasted, (field, { secret, text }) => {
        let draft: Draft = EMPTY;
        let shown = '';
        for (const letter of text) {
          // What the field shows is what the next letter follows: a token that was taken out is gone from it.
          shown = (field === 'address' ? draft.address : shown) + letter;
          draft = change(draft, field, shown);
        }
        for (const piece of pieces(secret)) expect(everythingStored()).not.toContain(piece);
      }),
      { numRuns: 50 },
    );
  });
});

test('what is no secret is kept', () => {
  const tenantId = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
  const draft: Draft = {
    ...takeAddress(
      'https://acme.blob.core.chinacloudapi.cn/photos/Experiment_2026-01-01_MouseA/a%20b/',
      EMPTY,
    ).draft,
    name: 'Field work, 2026',
    credential: typedCredential(azure, 'azure-app', { tenantId, clientId: tenantId }),
    grants: { narrowing: 'abac', renditionPrefix: 'mooring/' },
    connectionId: `con_${'a1'.repeat(10)}`,
    source: { prefix: 'raw/2026/', folderName: 'Raw', include: '**/*.{jpg,png}', exclude: '**/tmp/**' },
  };
  saveDraft(draft);
  expect(loadDraft()).toEqual(draft);
});

test('of a location that cannot be read nothing is kept', () => {
  const draft = {
    ...EMPTY,
    parts: { account: 'acme', container: 'My_Photos', prefix: 'raw/' },
    address: 'acme/My_Photos/raw/',
  };
  expect(keptDraft(draft)).toEqual(EMPTY);
});

test('what an older version kept of a secret is forgotten', () => {
  const older = {
    account: 'DefaultEndpoints',
    container: 'Zx9',
    prefix: 'q7Yv',
    address: '',
    clientId: 'abc',
  };
  stored.set('mooring.new-connection', JSON.stringify(older));
  expect(loadDraft()).toEqual(EMPTY);
  expect(everythingStored()).not.toMatch(/Zx9|q7Yv|abc/);
});
