import { corsRuleFor } from '../cors.ts';
import { grantsFor, queueGrantFor } from '../grants.ts';
import { OWNER_METADATA, psRemoveOwnerLines, removeOwnerLines } from '../owner-mark.ts';
import {
  psAccountLines,
  psBlock,
  psPathLine,
  psPrincipalLines,
  psRequestLines,
  psRevokeLine,
  psRewriteCorsLines,
} from '../powershell.ts';
import { azOption, ps, shown } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import {
  API_VERSION,
  accountIdLine,
  belowAccount,
  GROUP_ID,
  principalLine,
  revokeLine,
  rewriteCorsLines,
  shellBlock,
} from '../shell.ts';
import { inShell, lines, textsOf } from '../texts.ts';
import { othersQuery, psOthersLines } from './cors.ts';
import { EVENTS_API_VERSION, eventSubscriptionName } from './events.ts';

/** Takes back everything that the other parts made, and nothing else. */
export function removalSection(settings: SetupSettings): SetupSection {
  const { identity, location } = settings;
  const rest = [corsLines(settings), markLines(settings)];
  const az = lines(
    ...shellBlocks(settings, [eventLines(settings), roleLines(settings), ...rest]),
    ...identityLines(settings),
  );
  return {
    id: 'removal',
    title: 'Remove everything',
    why:
      identity.kind === 'sas'
        ? 'A SAS token ends by itself. To end it sooner, rotate the account key that signed it: this ends every token of that key.'
        : `Removes everything that the parts above made in \`${shown(location.account)}\`, and nothing else. It changes no data. Signed URLs work until they expire, at most a day. To end them at once, revoke the user delegation keys of the account.`,
    texts: textsOf({
      az,
      powershell: psRemoval(settings),
      bicep: inShell(az),
      terraform: inShell(lines('terraform destroy', ...shellBlocks(settings, rest))),
      portal: portalSteps(settings),
    }),
  };
}

/** One block for each kind of thing, so that what is gone already does not keep the rest. */
const shellBlocks = (settings: SetupSettings, kinds: readonly string[][]): string[] =>
  kinds.filter(kind => kind.length > 0).map(kind => shellBlock([accountIdLine(settings), ...kind]));

const eventLines = (settings: SetupSettings): string[] =>
  settings.eventQueue === null
    ? []
    : [
        `az eventgrid event-subscription delete ${azOption('name', eventSubscriptionName(settings))} --source-resource-id="$ACCOUNT_ID"`,
        `az rest --method delete --url=${belowAccount(`/queueServices/default/queues/${settings.eventQueue}?api-version=${API_VERSION}`)}`,
      ];

function roleLines(settings: SetupSettings): string[] {
  const grants = [...queueGrantFor(settings), ...grantsFor(settings)];
  if (grants.length === 0) return [];
  const custom = grants.map(({ role }) => role).filter(role => role.id === null);
  return [
    principalLine(settings),
    ...grants.map(grant => revokeLine(grant, settings)),
    ...custom.map(({ name }) => `az role definition delete ${azOption('name', name)} --scope=${GROUP_ID}`),
  ];
}

const corsLines = ({ origins }: SetupSettings): string[] =>
  origins.length === 0 ? [] : rewriteCorsLines(othersQuery(corsRuleFor(origins)));

function markLines(settings: SetupSettings): string[] {
  const { ownership, location } = settings;
  if (ownership === null) return [];
  if (ownership.mark === 'container-metadata' || ownership.markerKey === null) {
    return removeOwnerLines(settings, ownership.token);
  }
  return [
    `az storage blob delete --auth-mode login ${azOption('account-name', location.account)} ${azOption('blob-endpoint', location.endpoint)} ${azOption('container-name', location.container)} ${azOption('name', ownership.markerKey)}`,
  ];
}

function identityLines({ identity, location }: SetupSettings): string[] {
  switch (identity.kind) {
    case 'app':
      return identity.clientId === null
        ? ['az ad app delete --id "${APP_ID:?Set APP_ID to the client id of the app.}"']
        : [];
    case 'mooring-app':
      return [`az ad sp delete ${azOption('id', identity.clientId)}`];
    case 'sas':
      return [
        `az storage account keys renew ${azOption('account-name', location.account)} --key primary --output none`,
      ];
    default:
      return [];
  }
}

function psRemoval(settings: SetupSettings): string {
  const { identity, eventQueue, origins, ownership, location } = settings;
  const grants = [...queueGrantFor(settings), ...grantsFor(settings)];
  const byMetadata = ownership?.mark === 'container-metadata' || ownership?.markerKey === null;
  const kinds: string[][] = [
    eventQueue === null
      ? []
      : [
          `$path = $accountId + ${ps(`/providers/Microsoft.EventGrid/eventSubscriptions/${eventSubscriptionName(settings)}?api-version=${EVENTS_API_VERSION}`)}`,
          ...psRequestLines('DELETE'),
          psPathLine(`/queueServices/default/queues/${eventQueue}`),
          ...psRequestLines('DELETE'),
        ],
    grants.length === 0
      ? []
      : [
          ...psPrincipalLines(settings),
          ...grants.map(grant => psRevokeLine(grant, settings)),
          ...grants
            .filter(({ role }) => role.id === null)
            .map(
              ({ role }) =>
                `Remove-AzRoleDefinition -Name ${ps(role.name)} -Scope ($accountId -replace '/providers/.*$') -Force`,
            ),
        ],
    origins.length === 0
      ? []
      : psRewriteCorsLines([
          `$rule = ${ps(JSON.stringify(corsRuleFor(origins)))} | ConvertFrom-Json`,
          ...psOthersLines,
          '$rules = $others',
        ]),
    ownership && byMetadata ? psRemoveOwnerLines(settings, ownership.token) : [],
    ownership?.markerKey && !byMetadata
      ? [
          `$context = New-AzStorageContext -StorageAccountName ${ps(location.account)} -BlobEndpoint ${ps(location.endpoint)} -UseConnectedAccount`,
          `Remove-AzStorageBlob -Context $context -Container ${ps(location.container)} -Blob ${ps(ownership.markerKey)}`,
        ]
      : [],
    identity.kind === 'sas'
      ? [
          `New-AzStorageAccountKey -ResourceGroupName ($accountId -split '/')[4] -Name ${ps(location.account)} -KeyName key1 | Out-Null`,
        ]
      : [],
  ];
  return lines(
    ...kinds.filter(kind => kind.length > 0).map(kind => psBlock([...psAccountLines(settings), ...kind])),
    ...(identity.kind === 'app' && identity.clientId === null
      ? [
          "if (-not $appId) { throw 'Set $appId to the client id of the app.' }",
          'Remove-AzADApplication -ApplicationId $appId',
        ]
      : []),
    ...(identity.kind === 'mooring-app'
      ? [`Remove-AzADServicePrincipal -ApplicationId ${ps(identity.clientId)}`]
      : []),
  );
}

function portalSteps(settings: SetupSettings): string[] {
  const { identity, eventQueue, origins, ownership, location } = settings;
  const account = `the storage account \`${shown(location.account)}\``;
  const grants = grantsFor(settings);
  return [
    ...(eventQueue === null
      ? []
      : [
          `In ${account} open “Events” and delete the subscription \`${eventSubscriptionName(settings)}\`; then open “Queues” and delete \`${shown(eventQueue)}\`.`,
        ]),
    ...grants.map(({ role, scope }) =>
      scope === 'container'
        ? `In ${account} open “Containers”, \`${shown(location.container)}\`, “Access control (IAM)”, “Role assignments”, and remove Mooring’s \`${shown(role.name)}\`.`
        : `In ${account} itself open “Access control (IAM)”, “Role assignments”, and remove Mooring’s \`${shown(role.name)}\`.`,
    ),
    ...(origins.length
      ? [
          `In ${account} open “Resource sharing (CORS)” and delete the row with the origins \`${shown(origins.join(','))}\`.`,
        ]
      : []),
    ...(ownership === null
      ? []
      : [
          ownership.mark === 'marker-blob' && ownership.markerKey !== null
            ? `In the container \`${shown(location.container)}\` delete the blob \`${shown(ownership.markerKey)}\`.`
            : `In the container \`${shown(location.container)}\` open “Properties” and take \`${shown(ownership.token)}\` out of the metadata entry \`${OWNER_METADATA}\`.`,
        ]),
    ...(identity.kind === 'sas'
      ? [`In ${account} open “Access keys” and rotate the key that signed the token.`]
      : []),
    ...(identity.kind === 'app' && identity.clientId === null
      ? ['In Microsoft Entra ID open “App registrations” and delete the app.']
      : []),
    ...(identity.kind === 'mooring-app'
      ? [`In Microsoft Entra ID open “Enterprise applications” and delete \`${shown(identity.clientId)}\`.`]
      : []),
  ];
}
