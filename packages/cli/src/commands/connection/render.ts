import type { Connection, SasSummary } from '@mooring/contract';
import { count, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';

/** Everything about a connection that is not a secret, a line each. */
export function renderConnection(connection: Connection, style: Style, now: Date): string {
  const { location, credential, delivery, status, statusReason, lastCheckedAt } = connection;
  return renderDetails(
    [
      ['id', connection.id],
      ['name', plain(connection.name)],
      ['status', paint(marked(status), status, style) + (statusReason ? `: ${plain(statusReason)}` : '')],
      ['checked', lastCheckedAt ? relative(lastCheckedAt, now) : 'never'],
      ['checked again', connection.nextCheckAt ? relative(connection.nextCheckAt, now) : null],
      ...connection.warnings.map(({ message }): [string, string] => ['warning', plain(message)]),
      ['endpoint', plain(location.endpoint)],
      ['container', plain(location.container)],
      ['prefix', location.prefix ? plain(location.prefix) : null],
      ['credential', describeCredential(credential, now)],
      ['ownership', describeOwnership(connection.ownership)],
      [
        'delivery',
        delivery === 'direct' ? 'direct: browsers load from the storage' : 'relay: through Mooring',
      ],
      ...connection.overlaps.map(({ name, relation }): [string, string] => [
        'beside',
        `${plain(name)}, which ${OVERLAP_WORDS[relation]}`,
      ]),
      ['assets', count(connection.assetCount)],
      ['created', relative(connection.createdAt, now)],
    ],
    style,
  );
}

const OVERLAP_WORDS: Record<Connection['overlaps'][number]['relation'], string> = {
  'same-account': 'reaches another part of the account',
  'same-place': 'reaches the same place',
  contains: 'reaches all of this and more',
  inside: 'reaches a part of this',
};

function describeOwnership(ownership: Connection['ownership']): string | null {
  if (!ownership) return null;
  if (ownership.provenAt) return `proven by ${ownership.provenBy}`;
  return `not proven: the owner puts a blob ${plain(ownership.markerKey)} that holds ${plain(ownership.token)}`;
}

function describeSas({ type, permissions, expiresAt, policy }: SasSummary, now: Date): string {
  const named = `SAS token of the ${type}`;
  const grants = permissions === '' ? '' : ` (${plain(permissions)})`;
  const end =
    expiresAt === null ? `by its stored access policy ${plain(policy ?? '')}` : relative(expiresAt, now);
  return `${named}${grants}, expires ${end}`;
}

function describeCredential(credential: Connection['credential'], now: Date): string {
  switch (credential.kind) {
    case 'azure-managed-identity':
      return `managed identity${credential.clientId ? ` ${plain(credential.clientId)}` : ''}`;
    case 'azure-cli':
      return 'the sign-in of the Azure CLI';
    case 'azure-app-certificate':
      return `${describeApp(credential)}, certificate ${plain(credential.thumbprint)}, expires ${relative(credential.expiresAt, now)}`;
    case 'azure-app-federated':
      return `${describeApp(credential)}, by workload identity`;
    case 'azure-mooring-app':
      return `${describeApp(credential)}, which is this installation’s`;
    case 'azure-app':
      return describeApp(credential);
    case 'azure-sas':
      return describeSas(credential.sas, now);
  }
}

const describeApp = ({ clientId, tenantId }: { clientId: string; tenantId: string }): string =>
  `app ${plain(clientId)} of the directory ${plain(tenantId)}`;
