import type { AzureLocation, Credential } from '@mooring/contract';

export const CREDENTIAL_WORDS: Record<Credential['kind'], string> = {
  'azure-app': 'App registration',
  'azure-sas': 'Account SAS',
};

/** `https://acme.blob.core.windows.net/photos/raw/` */
export const locationUrl = ({ endpoint, container, prefix }: AzureLocation): string =>
  `${endpoint}/${container}${prefix && `/${prefix}`}`;
