import { readFile } from 'node:fs/promises';
import type { AppProof, IdentityOffers } from '@mooring/azure/server';
import { type FederatedClaims, readCertificate, readFederatedClaims } from '@mooring/azure/server';
import type { Installation } from '@mooring/contract';
import type { Settings } from '../../platform/config-settings.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';

export type OfferSettings = Pick<
  Settings,
  | 'appClientId'
  | 'appClientSecret'
  | 'appCertificateFile'
  | 'federatedTokenFile'
  | 'managedIdentity'
  | 'azureCli'
>;

/**
 * The identities that the operator lets connections use.
 * @throws MooringError `unavailable` where the app has nothing to prove itself with, or its certificate is none
 */
export async function readOffers(settings: OfferSettings): Promise<IdentityOffers> {
  const { appClientId, federatedTokenFile, managedIdentity, azureCli } = settings;
  const app = appClientId === null ? null : { clientId: appClientId, proof: await readProof(settings) };
  return { app, federatedTokenFile, managedIdentity, azureCli };
}

async function readProof(settings: OfferSettings): Promise<AppProof> {
  const { appCertificateFile, appClientSecret, federatedTokenFile } = settings;
  if (appCertificateFile !== null) {
    const pem = await readFile(appCertificateFile, 'utf8').catch(error => {
      const { code } = error as NodeJS.ErrnoException;
      throw unusable(
        `The file ${appCertificateFile} cannot be read (${code}).`,
        'Check the path and who may read it.',
      );
    });
    // One that has expired is for the checks of its connections to tell: all others go on.
    const certificate = readCertificate(pem, null);
    if (!certificate.ok) throw unusable(`${appCertificateFile}: ${certificate.message}`, certificate.fix);
    return { kind: 'certificate', certificatePem: certificate.pem };
  }
  if (appClientSecret !== null) return { kind: 'secret', clientSecret: appClientSecret };
  if (federatedTokenFile !== null) return { kind: 'federated', tokenFile: federatedTokenFile };
  throw unusable(
    'MOORING_APP_CLIENT_ID is set, but nothing that the app could prove itself with.',
    'Set MOORING_APP_CLIENT_SECRET, MOORING_APP_CERTIFICATE_FILE or MOORING_FEDERATED_TOKEN_FILE too.',
  );
}

const unusable = (message: string, fix: string): MooringError =>
  new MooringError('unavailable', `The app of this installation cannot be used. ${message}`, { fix });

/** What an administrator has to know of them. A workload identity whose token cannot be read is not offered. */
export async function describeOffers(
  offers: IdentityOffers,
  log: Logger,
): Promise<Pick<Installation, 'mooringApp' | 'federation' | 'managedIdentity' | 'azureCli'>> {
  const { app, federatedTokenFile, managedIdentity, azureCli } = offers;
  return {
    mooringApp: app && { clientId: app.clientId },
    federation: federatedTokenFile === null ? null : await readClaims(federatedTokenFile, log),
    managedIdentity,
    azureCli,
  };
}

const readClaims = (tokenFile: string, log: Logger): Promise<FederatedClaims | null> =>
  readFederatedClaims(tokenFile).catch(error => {
    log.warn({ err: error }, 'the token of the workload identity cannot be read');
    return null;
  });
