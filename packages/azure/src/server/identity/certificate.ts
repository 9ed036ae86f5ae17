import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A certificate that can sign for an app, in the form that is stored. */
export interface ReadCertificate {
  ok: true;
  /** The certificate, then its private key in PKCS #8. A secret. */
  pem: string;
  /** SHA-1 of the certificate, in hexadecimal, as Azure shows it. */
  thumbprint: string;
  expiresAt: Date;
}
export interface CertificateRefusal {
  ok: false;
  message: string;
  fix: string;
}

const refuse = (message: string, fix: string): CertificateRefusal => ({ ok: false, message, fix });
const EXPECTED =
  'Give one text with both: -----BEGIN CERTIFICATE----- … and -----BEGIN PRIVATE KEY----- …, for example: cat certificate.pem key.pem';
const CONVERT =
  'Turn it into PEM: openssl pkcs12 -in certificate.pfx -nodes -out certificate.pem. Then give certificate.pem.';

/**
 * Reads a certificate and its unencrypted private key from PEM, in any order and with chains and remarks around
 * them. Says exactly what is wrong, and never repeats any of it.
 * @param now null: whenever it is valid
 */
export function readCertificate(text: string, now: Date | null): ReadCertificate | CertificateRefusal {
  const blocks = pemBlocks(text);
  if (blocks.length === 0) return noPem(text);
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label));
  if (certificates.length === 0) return noCertificate(blocks.map(({ label }) => label));
  if (keys.length === 0) return refuse('There is a certificate, but no private key.', EXPECTED);
  if (keys.length > 1)
    return refuse(`There are ${keys.length} private keys; expected the one of the certificate.`, EXPECTED);
  if (isEncrypted(keys[0]!)) {
    return refuse(
      'The private key is encrypted, and Mooring has no passphrase for it. Mooring itself encrypts what it stores.',
      'Remove the passphrase: openssl pkey -in key.pem -out key-plain.pem. Then give the certificate with that key.',
    );
  }

  const key = attempt(() => createPrivateKey(keys[0]!.text));
  if (!key) return refuse('The private key cannot be read: it is damaged or cut short.', EXPECTED);
  const parsed = certificates.map(({ text: pem }) => attempt(() => new X509Certificate(pem)));
  if (parsed.includes(null))
    return refuse('The certificate cannot be read: it is damaged or cut short.', EXPECTED);
  const certificate = (parsed as X509Certificate[]).find(each => each.checkPrivateKey(key));
  if (!certificate) {
    return refuse(
      `The private key is not the one of the certificate “${nameOf(parsed[0]!)}”.`,
      'Give the certificate and the key that it was made from.',
    );
  }
  return unsuitable(certificate, key, now) ?? accepted(certificate, key);
}

interface Block {
  label: string;
  text: string;
}

const pemBlocks = (text: string): Block[] =>
  Array.from(text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g), ([block, label]) => ({
    label: label!,
    text: block,
  }));

const isEncrypted = ({ label, text }: Block): boolean =>
  label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(text);

function unsuitable(
  certificate: X509Certificate,
  key: KeyObject,
  now: Date | null,
): CertificateRefusal | null {
  if (key.asymmetricKeyType !== 'rsa') {
    return refuse(
      `The key is of the type ${key.asymmetricKeyType}; Microsoft Entra ID takes RSA keys only.`,
      'Make a certificate with an RSA key of 2,048 bits or more.',
    );
  }
  if (now && now > certificate.validToDate) {
    return refuse(
      `The certificate expired at ${certificate.validToDate.toISOString()}; it is now ${now.toISOString()}.`,
      'Make a new certificate, add it to the app registration, and give that.',
    );
  }
  if (now && now < certificate.validFromDate) {
    return refuse(
      `The certificate is valid from ${certificate.validFromDate.toISOString()}; it is now ${now.toISOString()}.`,
      'Wait until then, or make one that is valid already.',
    );
  }
  return null;
}

const accepted = (certificate: X509Certificate, key: KeyObject): ReadCertificate => ({
  ok: true,
  pem: `${certificate.toString()}${key.export({ format: 'pem', type: 'pkcs8' })}`,
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  expiresAt: certificate.validToDate,
});

function noCertificate(labels: string[]): CertificateRefusal {
  const only = labels.some(label => label.endsWith('PRIVATE KEY'))
    ? 'There is a private key, but no certificate.'
    : labels.some(label => label.endsWith('CERTIFICATE REQUEST'))
      ? 'This is a request for a certificate, not a certificate.'
      : 'There is no certificate in this.';
  return refuse(only, EXPECTED);
}

/** What is no PEM is most often the PFX file that Azure Key Vault hands out, as bytes or in Base64. */
function noPem(text: string): CertificateRefusal {
  if (text.trim() === '') return refuse('The certificate is empty.', EXPECTED);
  const compact = text.replace(/\s/g, '');
  const bytes = /^MI[A-Za-z0-9+/]+={0,2}$/.test(compact)
    ? Buffer.from(compact, 'base64')
    : Buffer.from(text, 'latin1');
  // An outer SEQUENCE; in a PFX (PKCS #12) the version, 3, comes first, in a certificate another SEQUENCE.
  const isSequence = bytes[0] === 0x30;
  if (isSequence && bytes.subarray(2, 8).includes(Buffer.from([0x02, 0x01, 0x03])))
    return refuse('This is a PFX file (PKCS #12); expected PEM text.', CONVERT);
  if (isSequence && /^MI/.test(compact))
    return refuse('This is Base64 without the lines -----BEGIN …----- and -----END …-----.', EXPECTED);
  if (isSequence || text.includes('\0') || text.includes('\ufffd'))
    return refuse('This is a binary file, such as a PFX (PKCS #12); expected PEM text.', CONVERT);
  return refuse('This is not PEM: it has no line -----BEGIN CERTIFICATE-----.', EXPECTED);
}

const nameOf = (certificate: X509Certificate): string =>
  /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? certificate.subject.split('\n')[0] ?? '';

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
