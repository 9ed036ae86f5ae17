import { resolve } from 'node:path';
import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';
import type { OfferSettings } from './identity/read-offers.ts';

export interface AzureSettings extends OfferSettings {
  /** Where Microsoft Entra ID issues tokens, without a trailing slash. */
  azureAuthorityHost: string;
}

const path = z.string().transform(text => resolve(text));
const boolean = z.union([z.boolean(), z.stringbool()]);

/** What the operator of an installation can set of this kind. */
export const AZURE_SETTINGS: { [K in keyof AzureSettings]: KindSetting<AzureSettings[K]> } = {
  azureAuthorityHost: {
    env: 'MOORING_AZURE_AUTHORITY_HOST',
    expected: 'an https URL such as https://login.microsoftonline.com',
    schema: z
      .url({ protocol: /^https$/ })
      .refine(text => !/[?#@]/.test(text))
      .transform(text => text.replace(/\/+$/, '')),
    fallback: () => 'https://login.microsoftonline.com',
  },
  appClientId: {
    env: 'MOORING_APP_CLIENT_ID',
    expected: 'the client id of an app registration, a GUID',
    schema: z.guid(),
    fallback: () => null,
  },
  appClientSecret: {
    env: 'MOORING_APP_CLIENT_SECRET',
    expected: 'the value of a client secret, not its id',
    schema: z.string().regex(/^\S+$/),
    fallback: () => null,
    redact: () => '***',
  },
  appCertificateFile: {
    env: 'MOORING_APP_CERTIFICATE_FILE',
    expected: 'a PEM file with a certificate and its private key',
    schema: path,
    fallback: () => null,
  },
  federatedTokenFile: {
    env: 'MOORING_FEDERATED_TOKEN_FILE',
    expected: 'a file that holds a JSON web token',
    schema: path,
    // What Azure Kubernetes Service sets by itself.
    fallback: env => env.AZURE_FEDERATED_TOKEN_FILE || null,
  },
  managedIdentity: {
    env: 'MOORING_MANAGED_IDENTITY',
    expected: 'true or false',
    schema: boolean,
    fallback: () => false,
  },
  azureCli: {
    env: 'MOORING_AZURE_CLI',
    expected: 'true or false',
    schema: boolean,
    fallback: () => false,
  },
};
