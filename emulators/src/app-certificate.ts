import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate that an app registration signs in with. */
export interface AppCertificate {
  /** PEM, to be registered with the app. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
  /** Both in one text. */
  pem: string;
  /** SHA-1 in hexadecimal. */
  thumbprint: string;
}

const DAY_MS = 86_400_000;

/** Makes a self-signed certificate, as `openssl req -x509` does. Default: valid from an hour ago for a year. */
export async function createAppCertificate(
  options: { notBefore?: Date; notAfter?: Date; keyType?: 'rsa' | 'ec' } = {},
): Promise<AppCertificate> {
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'mooring-reader' }], {
    keyType: options.keyType ?? 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: options.notBefore ?? new Date(now - DAY_MS / 24),
    notAfterDate: options.notAfter ?? new Date(now + 365 * DAY_MS),
  });
  const thumbprint = new X509Certificate(cert).fingerprint.replaceAll(':', '');
  return { certificate: cert, key, pem: `${cert}\n${key}`, thumbprint };
}
