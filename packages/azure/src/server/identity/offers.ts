import type { AzureCredentialInput } from '../../schemas.ts';

/** A credential for which Mooring asks Microsoft Entra ID for tokens. */
export type TokenCredentialInput = Exclude<AzureCredentialInput, { kind: 'azure-sas' }>;
export type TokenKind = TokenCredentialInput['kind'];

/** How an app proves that it is itself. */
export type AppProof =
  | { kind: 'secret'; clientSecret: string }
  /** PEM: the certificate and its unencrypted private key. */
  | { kind: 'certificate'; certificatePem: string }
  /** The token of a workload identity: the contents of a file that the platform renews. */
  | { kind: 'federated'; tokenFile: string };

/** The identities that the operator lets connections use. */
export interface IdentityOffers {
  /** The multi-tenant app of this installation. */
  app: { clientId: string; proof: AppProof } | null;
  federatedTokenFile: string | null;
  managedIdentity: boolean;
  azureCli: boolean;
}

/** An installation that offers none of them. */
export const NO_OFFERS: IdentityOffers = {
  app: null,
  federatedTokenFile: null,
  managedIdentity: false,
  azureCli: false,
};

export interface OfferRefusal {
  message: string;
  fix: string;
}

const CHOOSE_ANOTHER = 'Until then choose another credential, such as an app registration of your own.';

/** Why this installation does not offer a credential, and what its operator would set; null where it does. */
export function offerRefusal(
  kind: AzureCredentialInput['kind'],
  offers: IdentityOffers,
): OfferRefusal | null {
  switch (kind) {
    case 'azure-mooring-app':
      return offers.app
        ? null
        : {
            message: 'This installation has no multi-tenant app of its own.',
            fix: `The operator of Mooring registers one and sets MOORING_APP_CLIENT_ID, with MOORING_APP_CLIENT_SECRET, MOORING_APP_CERTIFICATE_FILE or MOORING_FEDERATED_TOKEN_FILE. ${CHOOSE_ANOTHER}`,
          };
    case 'azure-app-federated':
      return offers.federatedTokenFile !== null
        ? null
        : {
            message:
              'This installation has no workload identity: no file with a token that its platform renews.',
            fix: `The operator of Mooring sets MOORING_FEDERATED_TOKEN_FILE; Azure Kubernetes Service sets AZURE_FEDERATED_TOKEN_FILE by itself. ${CHOOSE_ANOTHER}`,
          };
    case 'azure-managed-identity':
      return offers.managedIdentity
        ? null
        : {
            message: 'This installation does not let connections use the managed identity of its machine.',
            fix: `If Mooring runs in Azure, its operator sets MOORING_MANAGED_IDENTITY=true. ${CHOOSE_ANOTHER}`,
          };
    case 'azure-cli':
      return offers.azureCli
        ? null
        : {
            message: 'This installation does not let connections use the sign-in of the Azure CLI.',
            fix: `If you run Mooring on your own machine, set MOORING_AZURE_CLI=true. ${CHOOSE_ANOTHER}`,
          };
    case 'azure-app':
    case 'azure-app-certificate':
    case 'azure-sas':
      return null;
  }
}
