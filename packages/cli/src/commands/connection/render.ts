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
      ['endpoint', plain(location.endpoint)],
      ['container', plain(location.container)],
      ['prefix', location.prefix ? plain(location.prefix) : null],
      ['credential', describeCredential(credential, now)],
      [
        'delivery',
        delivery === 'direct' ? 'direct: browsers load from the storage' : 'relay: through Mooring',
      ],
      ['assets', count(connection.assetCount)],
      ['created', relative(connection.createdAt, now)],
    ],
    style,
  );
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
    default:
      return `app ${plain(credential.clientId)} of the directory ${plain(credential.tenantId)}`;
    case 'azure-sas':
      return describeSas(credential.sas, now);
  }
}
