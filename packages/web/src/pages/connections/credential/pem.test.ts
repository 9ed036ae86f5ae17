import { expect, test } from 'vitest';
import { pemProblem, readPemFiles } from './pem.ts';

const block = (type: string) => `-----BEGIN ${type}-----\nMIIB\n-----END ${type}-----`;

test.each([
  [block('CERTIFICATE'), /private key is missing/],
  [block('PRIVATE KEY'), /certificate is missing/],
  [`${block('CERTIFICATE')}\n${block('ENCRYPTED PRIVATE KEY')}`, /encrypted.*openssl pkey/],
  ['0\u0082binary', /Expected PEM.*pkcs12/],
  ['x'.repeat(70_000), /too long/],
])('%#: what is wrong is said', (text, says) => {
  expect(pemProblem(text)).toMatch(says);
});

test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'])('a certificate with its %s will do', key => {
  expect(pemProblem(`${block('CERTIFICATE')}\n${block(key)}`)).toBeNull();
});

test('certificate and key may come in two files', async () => {
  const files = ['CERTIFICATE', 'PRIVATE KEY'].map(type => new File([block(type)], 'x.pem'));
  expect(pemProblem(await readPemFiles(files))).toBeNull();
});
