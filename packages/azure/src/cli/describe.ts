import type { CliKind } from '@mooring/storage/cli';
import type { AzureCredential, SasSummary } from '../schemas.ts';

/** A credential of this kind in one line, without what is secret. */
export const describe: CliKind['describe'] = (credential, when) => {
  const known = credential as AzureCredential;
  switch (known.kind) {
    case 'azure-managed-identity':
      return `managed identity${known.clientId ? ` ${known.clientId}` : ''}`;
    case 'azure-cli':
      return 'the sign-in of the Azure CLI';
    case 'azure-app-certificate':
      return `${describeApp(known)}, certificate ${known.thumbprint}, expires ${when(known.expiresAt)}`;
    case 'azure-app-federated':
      return `${describeApp(known)}, by workload identity`;
    case 'azure-mooring-app':
      return `${describeApp(known)}, which is this installation’s`;
    case 'azure-app':
      return describeApp(known);
    case 'azure-sas':
      return describeSas(known.sas, when);
  }
};

const describeApp = ({ clientId, tenantId }: { clientId: string; tenantId: string }): string =>
  `app ${clientId} of the directory ${tenantId}`;

function describeSas(
  { type, permissions, expiresAt, policy }: SasSummary,
  when: (at: string) => string,
): string {
  const grants = permissions === '' ? '' : ` (${permissions})`;
  const end = expiresAt === null ? `by its stored access policy ${policy ?? ''}` : when(expiresAt);
  return `SAS token of the ${type}${grants}, expires ${end}`;
}
