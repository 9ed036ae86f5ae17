import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppCertificate, createAppCertificate } from '@mooring/emulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY_MS);
const directory = mkdtempSync(join(tmpdir(), 'mooring-certificate-'));
let right: AppCertificate;
let other: AppCertificate;
beforeAll(async () => {
  [right, other] = await Promise.all([createAppCertificate(), createAppCertificate()]);
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (text: string) => readCertificate(text, new Date());
const accepted = (text: string) => {
  const found = read(text);
  if (!found.ok) throw new Error(found.message);
  return found;
};

describe('a certificate with its key', () => {
  test('is read in any order, with any text around it', () => {
    const normal = accepted(right.pem);
    expect(normal).toMatchObject({ thumbprint: right.thumbprint, expiresAt: expect.any(Date) });
    const { certificate, key } = right;
    for (const text of [
      `${key}\n${certificate}`,
      `Bag Attributes\n  localKeyID: 01\nsubject=CN = x\n${certificate}\nKey Attributes: <No Attributes>\n${key}`,
      right.pem.replaceAll('\n', '\r\n'),
      `\n\n ${right.pem} \n`,
      `${other.certificate}\n${right.pem}`, // a chain, the other way round
      `${right.pem}\n${other.certificate}`,
    ])
      expect(accepted(text)).toEqual(normal);
  });

  test('may have its key in the older form', () => {
    const key = createPrivateKey(right.key).export({ format: 'pem', type: 'pkcs1' });
    expect(key).toContain('BEGIN RSA PRIVATE KEY');
    expect(accepted(`${right.certificate}\n${key}`)).toEqual(accepted(right.pem));
  });

  test('is stored as the two, and nothing else', () => {
    expect(accepted(accepted(right.pem).pem).pem).toBe(accepted(right.pem).pem);
    expect(accepted(`${other.certificate}${right.pem}`).pem.match(/BEGIN/g)).toHaveLength(2);
  });
});

describe('what is wrong is said exactly', () => {
  const encrypted = (type: 'pkcs8' | 'pkcs1') =>
    createPrivateKey(right.key).export({ format: 'pem', type, cipher: 'aes-256-cbc', passphrase: 'x' });
  const pfx = (): Buffer => {
    const [file, pem] = [join(directory, 'c.pfx'), join(directory, 'c.pem')];
    writeFileSync(pem, right.pem);
    execFileSync('openssl', ['pkcs12', '-export', '-in', pem, '-out', file, '-passout', 'pass:']);
    return readFileSync(file);
  };
  const BEGIN = '-----BEGIN CERTIFICATE-----';

  test.each<[string, () => string, RegExp]>([
    ['nothing', () => ' \n', /is empty/],
    ['a word', () => 'hello', /not PEM: it has no line -----BEGIN CERTIFICATE/],
    ['the certificate alone', () => right.certificate, /but no private key/],
    ['the key alone', () => right.key, /but no certificate/],
    ['two keys', () => `${right.pem}${other.key}`, /2 private keys/],
    ['an encrypted key', () => `${right.certificate}${encrypted('pkcs8')}`, /is encrypted/],
    ['an encrypted key of the older form', () => `${right.certificate}${encrypted('pkcs1')}`, /is encrypted/],
    [
      'the key of another certificate',
      () => `${right.certificate}${other.key}`,
      /not the one of the certificate “mooring-reader”/,
    ],
    [
      'half a key',
      () => `${right.certificate}${right.key.replace(/\n.{20}/, '\n')}`,
      /private key cannot be read/,
    ],
    [
      'half a certificate',
      () => `${right.certificate.replace(/\n.{20}/, '\n')}${right.key}`,
      /certificate cannot be read/,
    ],
    ['a PFX read as text', () => pfx().toString(), /PFX/],
    ['a PFX read as bytes', () => pfx().toString('latin1'), /This is a PFX file/],
    ['a PFX in Base64', () => pfx().toString('base64'), /This is a PFX file/],
    [
      'a certificate without its lines',
      () => right.certificate.replace(/-----.*-----/g, ''),
      /Base64 without the lines/,
    ],
    [
      'a request for a certificate',
      () => `${BEGIN.replace('E-', 'E REQUEST-')}\nMIIB\n-----END CERTIFICATE REQUEST-----`,
      /a request for a certificate/,
    ],
  ])('%s', (_, text, message) => {
    const refusal = read(text());
    expect(refusal).toEqual({ ok: false, message: expect.stringMatching(message), fix: expect.any(String) });
    expect(JSON.stringify(refusal)).not.toMatch(/MII/);
  });

  test.each<[string, Parameters<typeof createAppCertificate>[0], RegExp]>([
    ['expired', { notBefore: at(-20), notAfter: at(-1) }, /The certificate expired at \d{4}-.*; it is now/],
    ['not valid yet', { notBefore: at(1) }, /is valid from \d{4}-.*; it is now/],
    ['no RSA key', { keyType: 'ec' }, /key is of the type ec; Microsoft Entra ID takes RSA keys only/],
  ])('%s', async (_, options, message) => {
    const { pem } = await createAppCertificate(options);
    expect(read(pem)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });
});
