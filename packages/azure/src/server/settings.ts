import { resolve } from 'node:path';
import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';
import type { OfferSettings } from './identity/read-offers.ts';

export interface AzureSettings extends OfferSettings {
  /** A secret of Azure Key Vault that holds the secret keys of the installation. */
  secretKeyVault: string | null;
  /** Where Microsoft Entra ID issues tokens, without a trailing slash. */
  azureAuthorityHost: string;
}

const path = z.string().transform(text => resolve(text));
const boolean = z.union([z.boolean(), z.stringbool()]);

/** In any cloud, or in an emulator on this machine; without a version. */
const VAULT_SECRET =
  /^https:\/\/([0-9A-Za-z-]+\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)|127\.0\.0\.1:\d+)\/secrets\/[0-9A-Za-z-]{1,127}$/;

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
  secretKeyVault: {
    env: 'MOORING_SECRET_KEY_VAULT',
    expected:
      'the URL of a secret in Azure Key Vault, such as https://NAME.vault.azure.net/secrets/mooring-key',
    schema: z.string().regex(VAULT_SECRET),
    fallback: () => null,
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
