import { expect, test } from 'vitest';
import { parseSas } from './sas.ts';
import { judgeSas, type SasPurpose } from './sas-judge.ts';

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

test.each([
  [{ sr: 'c' }, /a service SAS for one container \(sr=c\); expected an account SAS/],
  [{ sr: 'b', skoid: 'x' }, /a user-delegation SAS for one blob/],
])('a token of another kind says what it is and what to make instead', (change, message) => {
  const { sv, sp, se, sig } = READ;
  expect(judge({ sv, sp, se, sig, ...change })).toEqual([
    {
      level: 'error',
      code: 'sas_wrong_kind',
      message: expect.stringMatching(message),
      fix: expect.stringMatching(/Shared access signature.*app registration/),
    },
  ]);
});
