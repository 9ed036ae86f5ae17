import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSas } from './sas.ts';

const SIG = 'q8f3Zb+1/xYk0aPzL2mN4oR6tU8vW0yB2dF4hJ6lN8p=';
const TOKEN = `sv=2025-11-05&ss=b&srt=co&sp=rl&se=2027-01-31T12:00:00Z&spr=https&sig=${encodeURIComponent(SIG)}`;
const NORMAL = TOKEN.replaceAll('12:00:00', '12%3A00%3A00');
const KEY = `${'Ab1+/'.repeat(17)}x==`;

const sigOf = (token: string) => decodeURIComponent(/sig=([^&]*)/.exec(token)![1]!);

describe('an account SAS', () => {
  test('is read into its parts', () => {
    expect(parseSas(`${TOKEN}&st=2026-11-01&sip=10.0.0.1-10.0.0.9`)).toEqual({
      ok: true,
      kind: 'account',
      token: `${NORMAL}&st=2026-11-01&sip=10.0.0.1-10.0.0.9`,
      url: null,
      resource: '',
      directoryDepth: null,
      summary: {
        type: 'account',
        version: '2025-11-05',
        permissions: 'rl',
        services: 'b',
        resourceTypes: 'co',
        startsAt: '2026-11-01T00:00:00.000Z',
        expiresAt: '2027-01-31T12:00:00.000Z',
        ipRange: '10.0.0.1-10.0.0.9',
        protocol: 'https',
        policy: null,
      },
    });
  });

  test.each([
    ['a leading question mark', `?${TOKEN}`],
    ['white space around it', ` \n${TOKEN}\r\n\t `],
    ['quotes', `"${TOKEN}"`],
    ['line breaks inside', TOKEN.replace('&sp', '\r\n  &sp').replace('xYk0', 'xY\nk0')],
    ['escaped ampersands of HTML', TOKEN.replaceAll('&', '&amp;')],
    ['escaped ampersands of JSON', TOKEN.replaceAll('&', '\\u0026')],
    ['a signature that was not encoded', TOKEN.replace(encodeURIComponent(SIG), SIG)],
    ['a signature with lowercase hexadecimal', TOKEN.replace(/%../g, code => code.toLowerCase())],
    [
      'a signature encoded twice',
      TOKEN.replace(encodeURIComponent(SIG), encodeURIComponent(encodeURIComponent(SIG))),
    ],
    ['everything encoded', encodeURIComponent(TOKEN)],
    ['a plus that became a space', TOKEN.replace('%2B', ' ')],
    ['parameters of a request beside it', `restype=container&comp=list&prefix=a%20b&${TOKEN}`],
  ])('is read through %s', (_, text) => {
    const sas = parseSas(text);
    expect(sas).toMatchObject({ ok: true, kind: 'account', token: NORMAL, url: null });
  });

  test('keeps fields that Mooring does not know, since they may be signed', () => {
    expect(parseSas(`${TOKEN}&ses=scope`)).toMatchObject({ ok: true, token: `${NORMAL}&ses=scope` });
  });

  test('is taken out of a whole URL, which is offered apart', () => {
    const url = 'https://acme.blob.core.windows.net/photos/a%3Fb.jpg';
    expect(parseSas(`${url}?${TOKEN}#top`)).toMatchObject({ ok: true, token: NORMAL, url });
  });

  test('is taken out of a connection string', () => {
    const text = `BlobEndpoint=https://acme.blob.core.windows.net/;QueueEndpoint=https://acme.queue.core.windows.net/;SharedAccessSignature=${TOKEN}`;
    expect(parseSas(text)).toMatchObject({
      ok: true,
      token: NORMAL,
      url: 'https://acme.blob.core.windows.net/',
    });
  });
});

describe('a SAS of another kind is recognised', () => {
  test('for a container, signed with an account key', () => {
    const text = `sp=rl&st=2026-11-01T00:00:00Z&se=2027-01-01T00:00:00Z&spr=https&sv=2025-11-05&sr=c&sig=${encodeURIComponent(SIG)}`;
    expect(parseSas(text)).toMatchObject({ ok: true, kind: 'service', resource: 'c' });
  });

  test('governed by a stored access policy', () => {
    expect(parseSas(`sv=2025-11-05&si=readers&sr=c&sig=${encodeURIComponent(SIG)}`)).toMatchObject({
      ok: true,
      kind: 'service',
      summary: { type: 'container', expiresAt: null, permissions: '', policy: 'readers' },
    });
  });

  test('signed with a user-delegation key', () => {
    const text = `sv=2025-11-05&sr=b&skoid=1&sktid=2&skt=2026-11-22&ske=2026-11-23&sks=b&skv=2025-11-05&sp=r&se=2026-11-23&sig=${encodeURIComponent(SIG)}`;
    expect(parseSas(text)).toMatchObject({ ok: true, kind: 'user-delegation', resource: 'b' });
  });

  test('ends with the key that signed it, where that is earlier', () => {
    const text = `sv=2025-11-05&sr=c&skoid=1&sktid=2&skt=2026-11-22&ske=2026-11-23&sks=b&skv=2025-11-05&sp=rl&se=2027-01-01&sig=${encodeURIComponent(SIG)}`;
    expect(parseSas(text)).toMatchObject({ summary: { expiresAt: '2026-11-23T00:00:00.000Z' } });
  });
});

describe('what is not a SAS is refused', () => {
  test.each([
    ['nothing', ' ', /empty/],
    ['a word', 'hello', /none of the fields/],
    ['a URL without a token', 'https://acme.blob.core.windows.net/photos', /none of the fields/],
    ['a token without its signature', TOKEN.replace(/&sig.*/, ''), /lacks sig \(signature\)\./],
    [
      'a token cut in the middle',
      'sv=2025-11-05&ss=b&srt=co&sp',
      /lacks sp \(permissions\), se \(expiry\) and sig/,
    ],
    ['an empty field', TOKEN.replace('sp=rl', 'sp='), /lacks sp \(permissions\)\./],
    ['a time that is none', TOKEN.replace('2027-01-31', '2027-13-31'), /se \(expiry\) is not a time/],
    ['a broken encoding', TOKEN.replace('%2B', '%zz'), /sig \(signature\) has a “%”/],
    ['two tokens', `${TOKEN}&${TOKEN}`, /appears twice/],
    ['odd characters in the signature', TOKEN.replace('%2B', '*'), /signature \(sig\) holds/],
    ['a novel', 'sv='.repeat(10_000), /30,000 characters/],
  ])('%s', (_, text, message) => {
    expect(parseSas(text)).toEqual({
      ok: false,
      code: 'sas_malformed',
      message: expect.stringMatching(message),
      fix: expect.stringMatching(/\.$|…$/),
    });
  });

  test.each([
    ['bare', KEY],
    [
      'in a connection string',
      `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
    ],
  ])('an account key, %s, with the reason and what to use instead', (_, text) => {
    const refusal = parseSas(text);
    expect(refusal).toMatchObject({ ok: false, code: 'account_key_refused' });
    expect(JSON.stringify(refusal)).not.toContain(KEY.slice(0, 12));
    expect(JSON.stringify(refusal)).toMatch(/everything.*app registration/);
  });
});

describe('for any token', () => {
  const base64 = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map(bytes => btoa(String.fromCharCode(...bytes)));
  const fields = (sig: string) => [
    ['sv', '2025-11-05'],
    ['ss', 'bf'],
    ['srt', 'sco'],
    ['sp', 'rl'],
    ['se', '2027-01-01T00:00:00Z'],
    ['sig', sig],
  ];

  test('the signature survives any order of fields and any number of encodings', () => {
    fc.assert(
      fc.property(
        base64.chain(sig =>
          fc.record({
            sig: fc.constant(sig),
            order: fc.shuffledSubarray(fields(sig), { minLength: 6 }),
            encodings: fc.integer({ min: 0, max: 3 }),
            around: fc.constantFrom('', ' ', '\n', '"'),
            before: fc.constantFrom('', '?', 'https://acme.blob.core.windows.net/?'),
          }),
        ),
        ({ sig, order, encodings, around, before }) => {
          const encode = (text: string) =>
            Array.from({ length: encodings }).reduce<string>(encodeURIComponent, text);
          const query = order.map(([name, value]) => `${name}=${encode(value!)}`).join('&');
          const sas = parseSas(around + before + query + around);
          expect(sas.ok && sigOf(sas.token)).toBe(sig);
          // Reading what was read changes nothing.
          expect(sas.ok && parseSas(sas.token)).toEqual({ ...sas, url: null });
        },
      ),
    );
  });

  test('no text makes it throw, and no refusal repeats a secret', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), base64, (text, sig) => {
        const refusal = parseSas(`${text}&sig=${encodeURIComponent(sig)}`);
        if (!refusal.ok) expect(refusal.message + refusal.fix).not.toContain(sig.slice(0, 8));
      }),
    );
  });
});
