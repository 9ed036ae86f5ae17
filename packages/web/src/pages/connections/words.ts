import type { AzureLocation, CredentialKind } from '@mooring/contract';

export const CREDENTIAL_WORDS: Record<CredentialKind, string> = {
  'azure-mooring-app': 'Mooring’s app',
  'azure-app': 'App registration with a secret',
  'azure-app-certificate': 'App registration with a certificate',
  'azure-app-federated': 'App registration without a secret',
  'azure-managed-identity': 'Managed identity',
  'azure-cli': 'Azure CLI sign-in',
  'azure-sas': 'SAS token',
};

/** `https://acme.blob.core.windows.net/photos/raw/` */
export const locationUrl = ({ endpoint, container, prefix }: AzureLocation): string =>
  `${endpoint}/${container}${prefix && `/${prefix}`}`;
