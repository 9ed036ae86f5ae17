import { readFile } from 'node:fs/promises';
import { MooringError } from '@mooring/contract';
import type { KindDependencies } from '@mooring/storage/server';
import type { AzureOffers } from '../../schemas.ts';
import { readCertificate } from './certificate.ts';
import { type FederatedClaims, readFederatedClaims } from './federated-token.ts';
import type { AppProof, IdentityOffers } from './offers.ts';

/** What the operator sets about the identities of this installation. */
export interface OfferSettings {
  appClientId: string | null;
  appClientSecret: string | null;
  /** A PEM file with the app's certificate and its private key; comes before the secret. */
  appCertificateFile: string | null;
  /** The file that the platform writes the token of its workload identity to, and renews. */
  federatedTokenFile: string | null;
  /** Whether connections may use the managed identity of the machine. */
  managedIdentity: boolean;
  /** Whether connections may use the sign-in of the Azure CLI: on one's own machine only. */
  azureCli: boolean;
}

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
    'MOORING_APP_CLIENT_ID is set, but the app has no credential.',
    'Set MOORING_APP_CLIENT_SECRET, MOORING_APP_CERTIFICATE_FILE or MOORING_FEDERATED_TOKEN_FILE too.',
  );
}

const unusable = (message: string, fix: string): MooringError =>
  new MooringError('unavailable', `The app of this installation cannot be used. ${message}`, { fix });

/** What an administrator has to know of them. A workload identity whose token cannot be read is not offered. */
export async function describeOffers(
  offers: IdentityOffers,
  note: KindDependencies['note'],
): Promise<AzureOffers> {
  const { app, federatedTokenFile, managedIdentity, azureCli } = offers;
  return {
    mooringApp: app && { clientId: app.clientId },
    federation: federatedTokenFile === null ? null : await readClaims(federatedTokenFile, note),
    managedIdentity,
    azureCli,
  };
}

const readClaims = (tokenFile: string, note: KindDependencies['note']): Promise<FederatedClaims | null> =>
  readFederatedClaims(tokenFile).catch(error => {
    note(error, 'the token of the workload identity cannot be read');
    return null;
  });
