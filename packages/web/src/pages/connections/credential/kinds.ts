import type { CredentialKind, Installation } from '@mooring/contract';

export interface CredentialChoice {
  kind: CredentialKind;
  /** What it lets Mooring do, and what it does not: a sentence each. */
  grants: string;
  cannot: string;
  /** What the operator of this installation sets so that it can be chosen; null: it always can. */
  operator: string | null;
}

/** The ways to let Mooring in, the best first. */
export const CREDENTIAL_CHOICES: readonly CredentialChoice[] = [
  {
    kind: 'azure-mooring-app',
    grants:
      'One consent lets the app of this Mooring in; you grant it a role on the container. No secret to keep.',
    cannot:
      'Reads nothing until the role is granted and the account’s owner has said that this workspace is wanted.',
    operator: '`MOORING_APP_CLIENT_ID`, with `MOORING_APP_CERTIFICATE_FILE` or `MOORING_APP_CLIENT_SECRET`',
  },
  {
    kind: 'azure-managed-identity',
    grants:
      'The identity that Azure gave the machine Mooring runs on gets a role on the container. No secret to keep.',
    cannot:
      'Works only in the directory of that machine, and once the account’s owner has said that it is wanted.',
    operator: '`MOORING_MANAGED_IDENTITY=true`, on a machine in Azure that has an identity',
  },
  {
    kind: 'azure-app-federated',
    grants:
      'An app of your own that trusts this Mooring’s workload identity. Reads one container; no secret to keep.',
    cannot: 'Works once the account’s owner has said that this workspace is wanted.',
    operator: '`MOORING_FEDERATED_TOKEN_FILE`: a token of the platform that it runs on, such as Kubernetes',
  },
  {
    kind: 'azure-app',
    grants:
      'An app of your own reads one container. Each URL that a browser gets opens one object, for some minutes.',
    cannot: 'Ends with its secret, after two years at most; then a new one is entered here.',
    operator: null,
  },
  {
    kind: 'azure-app-certificate',
    grants: 'The same, with a certificate in place of the secret: what many companies ask for.',
    cannot: 'Ends with the certificate. Encrypted keys and .pfx files have to be turned into PEM first.',
    operator: null,
  },
  {
    kind: 'azure-cli',
    grants: 'For trying it out on your own machine: Mooring reads as the person signed in with az login.',
    cannot: 'Stops when that person signs out. Not for a team.',
    operator: '`MOORING_AZURE_CLI=true`, on a machine where somebody is signed in with `az login`',
  },
  {
    kind: 'azure-sas',
    grants: 'Quick to make, for those who may not register apps. Works until it expires.',
    cannot:
      'Cannot be narrowed: an account SAS reaches every container. So Mooring keeps it on the server and streams the bytes itself.',
    operator: null,
  },
];

/** Whether this installation lets connections use it. */
export function isOffered(kind: CredentialKind, installation: Installation): boolean {
  switch (kind) {
    case 'azure-mooring-app':
      return installation.mooringApp !== null;
    case 'azure-app-federated':
      return installation.federation !== null;
    case 'azure-managed-identity':
      return installation.managedIdentity;
    case 'azure-cli':
      return installation.azureCli;
    default:
      return true;
  }
}

/** The one to begin with: the best of those offered, but never one person's sign-in. */
export const recommendedKind = (installation: Installation): CredentialKind =>
  CREDENTIAL_CHOICES.find(({ kind }) => isOffered(kind, installation))!.kind;
