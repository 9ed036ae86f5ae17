import { createHash, X509Certificate } from 'node:crypto';
import type { Certificates } from '@mooring/emulators';
import { type Browser, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium with a fresh profile, as people have it: it trusts no certificate of the emulators. */
export function startOrdinaryBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...FLAGS, ...flags] });
}

/**
 * The same, but it trusts the emulators' certificate, and no other that it does not know.
 * @param flags more of its command line
 */
export function startBrowser({ cert }: Certificates, flags: readonly string[] = []): Promise<Browser> {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  const fingerprint = createHash('sha256').update(key).digest('base64');
  return startOrdinaryBrowser([...flags, `--ignore-certificate-errors-spki-list=${fingerprint}`]);
}
