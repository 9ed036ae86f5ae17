const LONGEST = 64_000;

/**
 * What is wrong with a text that should hold a certificate and its private key in PEM; null when nothing seems to
 * be. Whether the two belong together is for the server to find out.
 */
export function pemProblem(text: string): string | null {
  if (text.length > LONGEST) return 'This is too long for a certificate with its key. Paste the PEM alone.';
  const hasCertificate = text.includes('-----BEGIN CERTIFICATE-----');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return 'The private key is encrypted. Take the password off a copy: openssl pkey -in key.pem -out plain.pem';
  }
  const hasKey = /-----BEGIN (RSA |EC )?PRIVATE KEY-----/.test(text);
  if (hasCertificate && hasKey) return null;
  if (hasCertificate) {
    return 'The private key is missing: expected “-----BEGIN PRIVATE KEY-----” too. Add the file of the key.';
  }
  if (hasKey) return 'The certificate is missing: expected “-----BEGIN CERTIFICATE-----” too. Add its file.';
  return 'Expected PEM, with “-----BEGIN CERTIFICATE-----” and “-----BEGIN PRIVATE KEY-----” in it. A .pfx file becomes that with: openssl pkcs12 -in app.pfx -nodes -out app.pem';
}

/** Joins the texts of several files, as certificate and key often come apart. */
export async function readPemFiles(files: Iterable<File>): Promise<string> {
  const texts = await Promise.all(Array.from(files, file => file.text()));
  return texts.map(text => text.trim()).join('\n');
}
