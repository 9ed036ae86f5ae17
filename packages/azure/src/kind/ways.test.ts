import { describe, expect, test } from 'vitest';
import { AZURE_WAYS, wayOf } from './ways.ts';

const CONTEXT = { now: new Date('2026-11-22T10:00:00Z'), location: null };
const ID = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';
const judge = (way: string, name: string, text: string) =>
  wayOf(way)!
    .fields.find(field => field.name === name)!
    .judge(text, CONTEXT);
/** What is wrong with a text, with what to do; empty where nothing is. */
const problem = (way: string, name: string, text: string): string =>
  judge(way, name, text)
    .problems.map(({ message, fix }) => `${message} ${fix}`)
    .join(' ');

test('without anything set, app registrations of their own and SAS tokens are offered', () => {
  const offered = AZURE_WAYS.filter(way => way.isOffered({}));
  expect(offered.map(({ id }) => id)).toEqual(['azure-app', 'azure-app-certificate', 'azure-sas']);
  expect(offered.every(({ operator }) => operator === null)).toBe(true);
});

test('what needs the operator says what to set', () => {
  const hidden = AZURE_WAYS.filter(way => !way.isOffered({}));
  expect(hidden.every(({ operator }) => operator?.includes('MOORING_'))).toBe(true);
});

describe('the fields of an app registration', () => {
  test('a tenant can be named by a domain', () => {
    expect(problem('azure-app', 'tenantId', 'acme.onmicrosoft.com')).toBe('');
    expect(problem('azure-app', 'tenantId', 'acme')).toMatch(/neither a GUID nor a domain/);
  });

  test('the id of a secret in place of its value is noticed', () => {
    expect(problem('azure-app', 'clientSecret', ID)).toMatch(/id of the secret/);
  });

  test('an account key is refused in every field, with why', () => {
    const key = `${'a'.repeat(86)}==`;
    for (const { id, fields } of AZURE_WAYS)
      for (const { name } of fields) expect(problem(id, name, key)).toMatch(/account key.*role/);
  });
});

describe('a certificate', () => {
  const block = (type: string) => `-----BEGIN ${type}-----\nMIIB\n-----END ${type}-----`;
  const pemProblem = (text: string) => problem('azure-app-certificate', 'certificatePem', text);

  test.each([
    [block('CERTIFICATE'), /private key is missing/],
    [block('PRIVATE KEY'), /certificate is missing/],
    [`${block('CERTIFICATE')}\n${block('ENCRYPTED PRIVATE KEY')}`, /encrypted.*openssl pkey/],
    ['0\u0082binary', /Expected PEM.*pkcs12/],
    ['x'.repeat(70_000), /too long/],
  ])('%#: what is wrong is said', (text, says) => {
    expect(pemProblem(text)).toMatch(says);
  });

  test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'])('with its %s will do', key => {
    expect(pemProblem(`${block('CERTIFICATE')}\n${block(key)}`)).toBe('');
  });
});

test('what a SAS token says of itself is shown, even where it will not do', () => {
  const token = `sv=2025-11-05&ss=b&se=2027-01-01T00:00:00Z&spr=https&srt=co&sp=r&sig=${'A'.repeat(43)}%3D`;
  const judged = judge('azure-sas', 'sasToken', token);
  expect(judged.says).toMatch(/^It grants: read, for containers and objects; ends 2027-01-01T00:00:00/);
  expect(judged.problems[0]?.message).toMatch(/lacks the permission List/);
});
