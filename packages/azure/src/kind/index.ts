import type { StorageKind } from '@mooring/storage';
import { SOUND } from '@mooring/storage';
import { azureBrowserAdvice } from '../browser-advice.ts';
import { AZURE_PROBLEMS } from '../problems.ts';
import {
  type AzureCredential,
  type AzureCredentialInput,
  type AzureLocation,
  azureCredential,
  azureCredentialInput,
  azureFeedCreate,
  azureLocation,
  azureLocationInput,
  azureOffers,
} from '../schemas.ts';
import { azureSecrets } from '../secrets.ts';
import { setupRequest } from '../setup/schema.ts';
import { azureCredentials } from './credentials.ts';
import { azureFeeds } from './feeds.ts';
import { azureLocationRules } from './location-rules.ts';
import { azureOwnership } from './ownership.ts';
import { howToRevoke } from './revoke.ts';
import { azureSetup } from './setup-rules.ts';

/** Azure Blob Storage. */
export const azure: StorageKind<AzureLocation, AzureCredential, AzureCredentialInput> = {
  id: 'azure',
  words: {
    service: 'Azure Blob Storage',
    cloud: 'Azure',
    container: 'container',
    events: 'Event Grid',
    needs:
      'the address of a container in Azure Blob Storage, and either an app registration or a SAS token that may read it',
  },
  api: {
    id: 'azure',
    schemas: {
      Location: azureLocation,
      LocationInput: azureLocationInput,
      Credential: azureCredential,
      CredentialInput: azureCredentialInput,
      KindOffers: azureOffers,
      FeedCreate: azureFeedCreate,
      SetupRequest: setupRequest,
    },
    problems: AZURE_PROBLEMS,
  },
  location: azureLocationRules,
  credentials: azureCredentials,
  setup: azureSetup,
  secrets: azureSecrets,
  ownership: azureOwnership,
  feeds: azureFeeds,
  addresses: null,
  inventory: {
    name: 'blob inventory report',
    manifest: {
      name: 'key',
      label: 'Manifest',
      hint: 'RULE-manifest.json in the folder of a report, or one file of the report: CSV or Parquet.',
      judge: () => SOUND,
    },
  },
  browserAdvice: azureBrowserAdvice,
  revoke: howToRevoke,
};
