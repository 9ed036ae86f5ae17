import { expect, test } from 'vitest';
import { isSecretParameter, signatureOf } from './signed-url.ts';

const AT = 'https://acme.example/photos/a.jpg';
const end = (query: string) => signatureOf(`${AT}?${query}`)?.expiresAt?.toISOString() ?? null;

test.each([
  ['sv=2026-02-06&se=2026-12-01T10:00:00Z&sr=b&sp=r&sig=x', '2026-12-01T10:00:00.000Z'],
  ['sv=2026-02-06&se=2026-12-01T10%3A00%3A00Z&sr=b&sp=r&sig=x%3D', '2026-12-01T10:00:00.000Z'],
  ['se=2026-12-01T10:00Z&sv=2026-02-06&sig=x', '2026-12-01T10:00:00.000Z'],
  ['se=2026-12-01&sv=2026-02-06&sig=x', '2026-12-01T00:00:00.000Z'],
  ['se=2026-12-01T10:00:00.1234567Z&sv=2026-02-06&sig=x', '2026-12-01T10:00:00.123Z'],
  ['se=2026-12-01T10:00:00+02:00&sv=2026-02-06&sig=x', '2026-12-01T08:00:00.000Z'],
  ['SE=2026-12-01T10:00:00Z&SV=2026-02-06&SIG=x', '2026-12-01T10:00:00.000Z'],
  // A user delegation key that ends before the token ends it.
  ['se=2026-12-09T10:00:00Z&ske=2026-12-02T10:00:00Z&sv=2026-02-06&sig=x', '2026-12-02T10:00:00.000Z'],
  ['se=2026-12-01T10:00:00Z&se=2030-12-01T10:00:00Z&sv=2026-02-06&sig=x', '2026-12-01T10:00:00.000Z'],
  ['sv=2026-02-06&si=policy&sr=c&sig=x', null],
  ['sv=2026-02-06&se=tomorrow&sig=x', null],
])('the end of a SAS: %s', (query, expected) => {
  expect(signatureOf(`${AT}?${query}`)).not.toBeNull();
  expect(end(query)).toBe(expected);
});

test.each(['X-Amz', 'X-Goog', 'x-amz', 'x-goog'])('the end of a signature V4: %s', name => {
  const signed = (date: string, seconds: string) =>
    `${name}-Algorithm=A&${name}-Credential=k%2F20261130&${name}-Date=${date}&${name}-Expires=${seconds}&${name}-SignedHeaders=host&${name}-Signature=ab`;
  expect(end(signed('20261130T170000Z', '3600'))).toBe('2026-11-30T18:00:00.000Z');
  expect(end(signed('20261231T235959Z', '1'))).toBe('2027-01-01T00:00:00.000Z');
  // The services refuse more than seven days.
  expect(end(signed('20261130T000000Z', '99999999'))).toBe('2026-12-07T00:00:00.000Z');
  for (const [date, seconds] of [
    ['2026-11-30T17:00:00Z', '3600'],
    ['20261130T170000Z', '-1'],
    ['20261130T170000Z', 'soon'],
    ['', ''],
  ])
    expect(end(signed(date!, seconds!))).toBeNull();
});

test.each([
  ['AWSAccessKeyId=AK&Expires=1796083200&Signature=ab', '2026-12-01T00:00:00.000Z'],
  ['GoogleAccessId=a%40b&Expires=1796083200&Signature=ab', '2026-12-01T00:00:00.000Z'],
  ['Expires=1796083200&Signature=ab&Key-Pair-Id=K', '2026-12-01T00:00:00.000Z'],
  ['Policy=eyJ&Signature=ab&Key-Pair-Id=K', null],
])('the end of an older signature: %s', (query, expected) => {
  expect(signatureOf(`${AT}?${query}`)).not.toBeNull();
  expect(end(query)).toBe(expected);
});

test.each(['', '?', '?id=5', '?se=2026-12-01', '?expires=1796083200', '?a=%zz&&=', '#sig=x&sv=y'])(
  'no signature in “%s”',
  rest => expect(signatureOf(AT + rest)).toBeNull(),
);

test('the parts that open a URL are known from those that name the object', () => {
  for (const name of [
    'sig',
    'X-Amz-Signature',
    'x-goog-credential',
    'Expires',
    'access_token',
    'apikey',
    'skoid',
    'spr',
  ])
    expect([name, isSecretParameter(name)]).toEqual([name, true]);
  for (const name of ['id', 'versionId', 'snapshot', 'generation', 'page', 'size', 'v'])
    expect([name, isSecretParameter(name)]).toEqual([name, false]);
});
