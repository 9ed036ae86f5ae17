import type { Credential } from '@mooring/contract';

/** A credential in a few words, for histories: nothing secret. */
export function credentialWords(credential: Credential): string {
  switch (credential.kind) {
    case 'azure-app':
      return `the app registration ${credential.clientId} with a client secret`;
    case 'azure-app-certificate':
      return `the app registration ${credential.clientId} with the certificate ${credential.thumbprint}`;
    case 'azure-app-federated':
      return `the app registration ${credential.clientId} with the workload identity of this installation`;
    case 'azure-mooring-app':
      return `the app of this installation in the tenant ${credential.tenantId}`;
    case 'azure-managed-identity':
      return 'the managed identity of the machine';
    case 'azure-cli':
      return 'whoever is signed in with the Azure CLI';
    case 'azure-sas': {
      const { type, expiresAt } = credential.sas;
      const delivery = credential.deliverySas ? ' and a delivery token' : '';
      const end = expiresAt ? ` that ends at ${expiresAt}` : '';
      return `${type === 'account' ? 'an' : 'a'} ${type} SAS token${end}${delivery}`;
    }
  }
}
