import { describe, expect, test } from 'vitest';
import { judgeSas, type SasPurpose, sasLimits } from './judge.ts';
import { type ParsedSas, parseSas } from './sas.ts';

const NOW = new Date('2026-11-22T01:10:00Z');
const READ = {
  sv: '2025-11-05',
  ss: 'b',
  srt: 'co',
  sp: 'rl',
  se: '2026-12-01',
  spr: 'https',
  sig: `${'A'.repeat(43)}=`,
};
const DELIVERY = { ...READ, srt: 'o', sp: 'r' };

function judge(fields: Record<string, string>, purpose: SasPurpose = 'list-and-read') {
  const sas = parseSas(new URLSearchParams(fields).toString());
  if (!sas.ok) throw new Error(sas.message);
  return judgeSas(sas, purpose, NOW);
}

test('a token that will do has nothing against it', () => {
  expect(judge(READ)).toEqual([]);
  expect(judge({ ...READ, srt: 'sco', sp: 'rwdlac', ss: 'bqtf' })).toEqual([]);
  expect(judge(DELIVERY, 'delivery')).toEqual([]);
});

test.each([
  [
    'another service',
    { ss: 'qf' },
    'sas_wrong_service',
    /for Queue and File, not for Blob storage \(ss=qf\)/,
  ],
  [
    'no containers',
    { srt: 'o' },
    'sas_missing_resource_type',
    /reach Container \(srt=o\): a container could not/,
  ],
  ['no objects', { srt: 'sc' }, 'sas_missing_resource_type', /reach Object \(srt=sc\): an object could not/],
  ['no list', { sp: 'r' }, 'sas_missing_permission', /lacks the permission List \(sp=r\)/],
  ['neither', { sp: 'wd' }, 'sas_missing_permission', /Read and List \(sp=wd\)/],
  [
    'an end in the past',
    { se: '2026-11-22T01:10:00Z' },
    'sas_expired',
    /expired at 2026-11-22 01:10:00 UTC; it is now/,
  ],
  [
    'a start in the future',
    { st: '2026-11-22T01:10:01Z' },
    'sas_not_yet_valid',
    /valid from 2026-11-22 01:10:01 UTC/,
  ],
  ['half a signature', { sig: 'AAAA' }, 'sas_malformed', /4 characters; expected 44. It was cut short/],
])('%s is an error', (_, change, code, message) => {
  expect(judge({ ...READ, ...change })).toEqual([
    { level: 'error', code, message: expect.stringMatching(message), fix: expect.stringMatching(/\.$/) },
  ]);
});

test.each([
  [
    'containers',
    { srt: 'co' },
    'sas_too_broad',
    /that is Container \(ss=b, srt=co, sp=r\); expected ss=b, srt=o, sp=r/,
  ],
  ['list and write', { sp: 'rwl' }, 'sas_too_broad', /Write and List/],
  ['files too', { ss: 'bf' }, 'sas_too_broad', /File/],
  ['no objects', { srt: 'c' }, 'sas_missing_resource_type', /Object/],
  ['no read', { sp: 'l' }, 'sas_missing_permission', /Read/],
])('a delivery token with %s is an error', (_, change, code, message) => {
  expect(judge({ ...DELIVERY, ...change }, 'delivery')).toEqual([
    { level: 'error', code, message: expect.stringMatching(message), fix: expect.stringMatching(/\.$/) },
  ]);
});

test('plain HTTP is a warning', () => {
  expect(judge({ ...READ, spr: 'https,http' })).toMatchObject([{ level: 'warning' }]);
  expect(judge({ ...READ, spr: '' })).toMatchObject([{ level: 'warning' }]);
});

test('several problems are all named', () => {
  expect(judge({ ...READ, ss: 'f', sp: 'w', se: '2026-01-01' }).map(problem => problem.code)).toEqual([
    'sas_wrong_service',
    'sas_missing_permission',
    'sas_expired',
  ]);
});

const CONTAINER = { sv: READ.sv, sr: 'c', sp: 'rl', se: READ.se, spr: 'https', sig: READ.sig };
const POLICY = { sv: READ.sv, sr: 'c', si: 'readers', spr: 'https', sig: READ.sig };

describe('a SAS of a container', () => {
  test('that lists and reads will do, and so will one whose policy says what it may do', () => {
    expect(judge(CONTAINER)).toEqual([]);
    expect(judge({ ...CONTAINER, skoid: 'x' })).toEqual([]);
    expect(judge({ ...CONTAINER, sr: 'd', sdd: '1' })).toEqual([]);
    expect(judge(POLICY)).toEqual([]);
  });

  test.each([
    ['no list', { sp: 'r' }, 'sas_missing_permission', /lacks the permission List \(sp=r\)/],
    ['no read beside a policy', { sp: 'l', si: 'readers' }, 'sas_missing_permission', /Read/],
    ['an end in the past', { se: '2026-11-22T01:10:00Z' }, 'sas_expired', /expired at/],
  ])('with %s is refused', (_, change, code, message) => {
    expect(judge({ ...CONTAINER, ...change })).toEqual([
      { level: 'error', code, message: expect.stringMatching(message), fix: expect.stringMatching(/\.$/) },
    ]);
  });

  test('may be handed to browsers where it only reads', () => {
    expect(judge({ ...CONTAINER, sp: 'r' }, 'delivery')).toEqual([]);
    expect(judge(CONTAINER, 'delivery')).toMatchObject([
      { code: 'sas_too_broad', message: expect.stringMatching(/that is List \(sp=rl\); expected sp=r/) },
    ]);
    expect(judge({ ...CONTAINER, sp: 'l' }, 'delivery')).toMatchObject([{ code: 'sas_missing_permission' }]);
    expect(judge(POLICY, 'delivery')).toMatchObject([
      { code: 'sas_too_broad', message: expect.stringMatching(/policy “readers”, where Mooring cannot see/) },
    ]);
  });

  test.each([
    [
      'of another container',
      `${'https://acme.blob.core.windows.net'}/other/a.jpg`,
      /container “other”.*“photos”/,
    ],
    ['of another account', 'https://globex.blob.core.windows.net/photos', /account “globex”.*“acme”/],
    ['of the other data centre', 'https://acme-secondary.blob.core.windows.net/photos', null],
    ['of the same place', 'https://acme.blob.core.windows.net/photos/a/b.jpg', null],
    ['that tells nothing', 'https://storage.example.org/photos', null],
  ])('that came with the URL %s', (_, url, message) => {
    const sas = parseSas(`${url}?${new URLSearchParams(CONTAINER)}`) as ParsedSas;
    const problems = judgeSas(sas, 'list-and-read', NOW, {
      account: 'acme',
      container: 'photos',
      prefix: '',
    });
    expect(problems).toEqual(
      message === null
        ? []
        : [expect.objectContaining({ code: 'invalid_location', message: expect.stringMatching(message) })],
    );
  });

  test('an account SAS may come with the URL of any container of the account', () => {
    const sas = parseSas(
      `https://acme.blob.core.windows.net/other/a.jpg?${new URLSearchParams(READ)}`,
    ) as ParsedSas;
    expect(judgeSas(sas, 'list-and-read', NOW, { account: 'acme', container: 'photos', prefix: '' })).toEqual(
      [],
    );
    expect(
      judgeSas(sas, 'list-and-read', NOW, { account: 'globex', container: 'photos', prefix: '' }),
    ).toMatchObject([{ code: 'invalid_location' }]);
  });
});

test.each([
  [
    'list-and-read',
    { sr: 'b', skoid: 'x' },
    /a user-delegation SAS for one blob \(sr=b\), so nothing can be listed/,
  ],
  ['list-and-read', { sr: 's' }, /a service SAS for one share of Azure Files/],
  ['delivery', { sr: 'b' }, /browsers need one that opens every object/],
  ['delivery', { sr: 'd', sdd: '1' }, /for one directory/],
] as const)(
  'for %s, a token of another kind says what it is and what to make instead',
  (purpose, change, message) => {
    expect(judge({ ...CONTAINER, ...change }, purpose)).toEqual([
      {
        level: 'error',
        code: 'sas_wrong_kind',
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/container.*\.$/),
      },
    ]);
  },
);

describe('a SAS of a directory', () => {
  const token = new URLSearchParams({ ...CONTAINER, sr: 'd', sdd: '2' }).toString();
  const problemsAt = (prefix: string, pasted = token) =>
    judgeSas(parseSas(pasted) as ParsedSas, 'list-and-read', NOW, {
      account: 'acme',
      container: 'photos',
      prefix,
    });

  test.each(['', 'raw/', 'raw/2026'])('does not open “%s”', prefix => {
    expect(problemsAt(prefix)).toMatchObject([
      { code: 'invalid_location', message: expect.stringMatching(/one directory, 2 levels deep/) },
    ]);
  });

  test.each(['raw/2026/', 'raw/2026/a/b'])('may open “%s”', prefix => {
    expect(problemsAt(prefix)).toEqual([]);
  });

  test('with the URL that it came with, is held to that directory', () => {
    const pasted = `https://acme.blob.core.windows.net/photos/raw/2026?${token}`;
    expect(problemsAt('raw/2026/x/', pasted)).toEqual([]);
    expect(problemsAt('raw/2025/', pasted)).toMatchObject([{ fix: 'Set the prefix to “raw/2026/”.' }]);
  });
});

test('a token says what it cannot do', () => {
  const limits = (fields: Record<string, string>) =>
    sasLimits((parseSas(new URLSearchParams(fields).toString()) as ParsedSas).summary).join(' ');
  expect(limits(READ)).toMatch(/^It cannot be limited to single objects/);
  expect(limits(CONTAINER)).toMatch(/one container, and nothing else.*CORS rules of the account\.$/);
  expect(limits(POLICY)).toMatch(/policy “readers” decides what it may do and when it ends/);
  expect(limits({ ...POLICY, se: READ.se, sp: 'rl' })).not.toMatch(/policy/);
});
