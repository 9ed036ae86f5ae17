import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

/** A certificate authority of our own, and one server certificate that it signed. */
export interface Certificates {
  /** PEM text of the authority's certificate: what clients must trust. */
  ca: string;
  /** The same as a file, for `NODE_EXTRA_CA_CERTS`. */
  caFile: string;
  cert: string;
  certFile: string;
  key: string;
  keyFile: string;
  /** Makes this process trust the authority, for connections it opens from now on. */
  trust(): void;
  /** Deletes the files. */
  remove(): Promise<void>;
}

const DNS_NAMES = [
  'localhost',
  '*.blob.core.windows.net',
  '*.blob.core.usgovcloudapi.net',
  '*.blob.core.chinacloudapi.cn',
  '*.z01.blob.storage.azure.net',
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
];
const ADDRESSES = ['127.0.0.1', '::1'];
const LIFETIME_MS = 30 * 86_400_000;

/**
 * Makes a certificate for the names that the emulators answer to, valid for 30 days. The authority's private
 * key is thrown away, so a person who trusts it for a demo trusts nothing else with it.
 * @param wrong what is to be wrong with the server's certificate: it has expired, or is for another name
 */
export async function createCertificates({
  wrong,
}: {
  wrong?: 'expired' | 'other-name';
} = {}): Promise<Certificates> {
  const validity = {
    // An hour back, for clients whose clock is behind.
    notBeforeDate: new Date(Date.now() - 3_600_000),
    notAfterDate: new Date(Date.now() + LIFETIME_MS),
    keyType: 'ec' as const,
    algorithm: 'sha256',
  };
  const lastHour = { notBeforeDate: new Date(Date.now() - 7_200_000), notAfterDate: validity.notBeforeDate };
  const names = wrong === 'other-name' ? ['other.example'] : DNS_NAMES;
  const addresses = wrong === 'other-name' ? [] : ADDRESSES;
  // A name of its own, because clients look authorities up by name and may trust several of ours.
  const name = `Mooring emulators ${randomUUID()}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: names[0]! }], {
    ...validity,
    ...(wrong === 'expired' && lastHour),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map(value => ({ type: 2 as const, value })),
          ...addresses.map(ip => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });

  const directory = await mkdtemp(join(tmpdir(), 'mooring-certificates-'));
  const file = async (name: string, text: string, mode: number) => {
    const path = join(directory, name);
    await writeFile(path, text, { mode });
    return path;
  };
  return {
    ca: authority.cert,
    caFile: await file('ca.pem', authority.cert, 0o644),
    cert: server.cert,
    certFile: await file('server.pem', server.cert, 0o644),
    key: server.private,
    keyFile: await file('server-key.pem', server.private, 0o600),
    trust: () => setDefaultCACertificates([...getCACertificates('default'), authority.cert]),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
