import { queueGrantFor } from '../grants.ts';
import {
  psAccountLines,
  psBlock,
  psGrantLines,
  psPathLine,
  psPrincipalLines,
  psRequestLines,
} from '../powershell.ts';
import { azOption, bicep, hcl, ps, shown } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import {
  API_VERSION,
  accountIdLine,
  belowAccount,
  continued,
  grantLines,
  principalLine,
  shellBlock,
} from '../shell.ts';
import { lines, textsOf } from '../texts.ts';
import { bicepGrant, terraformGrant } from './roles.ts';

export const EVENTS_API_VERSION = '2022-06-15';
/** https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
const EVENT_TYPES = [
  'Microsoft.Storage.BlobCreated',
  'Microsoft.Storage.BlobDeleted',
  'Microsoft.Storage.BlobRenamed',
  'Microsoft.Storage.BlobTierChanged',
  'Microsoft.Storage.DirectoryRenamed',
  'Microsoft.Storage.DirectoryDeleted',
];

/** Sends what changes in the container to a queue, so that Mooring need not list to notice it. */
export function eventsSection(settings: SetupSettings): SetupSection | null {
  const { location, eventQueue } = settings;
  if (eventQueue === null) return null;
  const name = eventSubscriptionName(settings);
  const subject = `/blobServices/default/containers/${location.container}/blobs/${location.prefix}`;
  const queuePath = `/queueServices/default/queues/${eventQueue}`;
  const grants = queueGrantFor(settings);
  const subscriptionPath = `/providers/Microsoft.EventGrid/eventSubscriptions/${name}`;
  const destination = (accountId: string) =>
    `@{ endpointType = 'StorageQueue'; properties = @{ resourceId = ${accountId}; queueName = ${ps(eventQueue)} } }`;
  return {
    id: 'events',
    title: 'Report changes to Mooring',
    why: `Event Grid sends a message to the queue \`${shown(eventQueue)}\` of the same account when an object is created, changed or deleted. Mooring receives it there. The messages hold names, never contents.${grants.length ? ' The role Storage Queue Data Message Processor on that queue lets Mooring receive them.' : ''}`,
    texts: textsOf({
      az: shellBlock([
        accountIdLine(settings),
        'az provider register --namespace Microsoft.EventGrid --wait --output none',
        `az rest --method put --url=${belowAccount(`${queuePath}?api-version=${API_VERSION}`)} ${azOption('body', '{"properties":{}}')} --output none`,
        ...(grants.length ? [principalLine(settings)] : []),
        ...grants.flatMap(grant => grantLines(grant, settings)),
        continued(
          `az eventgrid event-subscription create ${azOption('name', name)} --source-resource-id="$ACCOUNT_ID"`,
          `--endpoint-type storagequeue --endpoint=${belowAccount(queuePath)}`,
          `--included-event-types ${EVENT_TYPES.join(' ')}`,
          `${azOption('subject-begins-with', subject)} --subject-case-sensitive true --output none`,
        ),
      ]),
      powershell: psBlock([
        ...psAccountLines(settings),
        'Register-AzResourceProvider -ProviderNamespace Microsoft.EventGrid | Out-Null',
        psPathLine(queuePath),
        ...psRequestLines('PUT', ps('{"properties":{}}')),
        ...(grants.length ? psPrincipalLines(settings) : []),
        ...grants.flatMap(grant => psGrantLines(grant, settings)),
        `$filter = @{ subjectBeginsWith = ${ps(subject)}; isSubjectCaseSensitive = $true; includedEventTypes = @(${EVENT_TYPES.map(ps).join(', ')}) }`,
        `$subscription = @{ properties = @{ destination = ${destination('$accountId')}; filter = $filter } }`,
        `$path = $accountId + ${ps(`${subscriptionPath}?api-version=${EVENTS_API_VERSION}`)}`,
        ...psRequestLines('PUT', '($subscription | ConvertTo-Json -Depth 10)'),
      ]),
      bicep: lines(
        `resource mooringQueues 'Microsoft.Storage/storageAccounts/queueServices@${API_VERSION}' existing = {`,
        '  parent: account',
        "  name: 'default'",
        '}',
        `resource mooringEventQueue 'Microsoft.Storage/storageAccounts/queueServices/queues@${API_VERSION}' = {`,
        '  parent: mooringQueues',
        `  name: ${bicep(eventQueue)}`,
        '}',
        ...grants.map(grant => bicepGrant(grant, settings)),
        `resource mooringEvents 'Microsoft.EventGrid/eventSubscriptions@${EVENTS_API_VERSION}' = {`,
        `  name: ${bicep(name)}`,
        '  scope: account',
        '  properties: {',
        '    destination: {',
        "      endpointType: 'StorageQueue'",
        '      properties: { resourceId: account.id, queueName: mooringEventQueue.name }',
        '    }',
        '    filter: {',
        `      subjectBeginsWith: ${bicep(subject)}`,
        '      isSubjectCaseSensitive: true',
        `      includedEventTypes: [${EVENT_TYPES.map(bicep).join(', ')}]`,
        '    }',
        '  }',
        '}',
      ),
      terraform: lines(
        'resource "azapi_resource" "mooring_queue" {',
        `  type      = "Microsoft.Storage/storageAccounts/queueServices/queues@${API_VERSION}"`,
        '  parent_id = "${local.account_id}/queueServices/default"',
        `  name      = ${hcl(eventQueue)}`,
        '  body      = { properties = {} }',
        '}',
        ...grants.map(grant => terraformGrant(grant, settings)),
        'resource "azurerm_eventgrid_event_subscription" "mooring" {',
        `  name                 = ${hcl(name)}`,
        '  scope                = local.account_id',
        `  included_event_types = [${EVENT_TYPES.map(hcl).join(', ')}]`,
        '  storage_queue_endpoint {',
        '    storage_account_id = local.account_id',
        '    queue_name         = azapi_resource.mooring_queue.name',
        '  }',
        '  subject_filter {',
        `    subject_begins_with = ${hcl(subject)}`,
        '    case_sensitive      = true',
        '  }',
        '}',
      ),
      portal: [
        `In the storage account \`${shown(location.account)}\` open “Queues” and add one called \`${shown(eventQueue)}\`.`,
        ...(grants.length
          ? [
              'Open it, then “Access control (IAM)”, “Add role assignment”, and give Mooring the role `Storage Queue Data Message Processor`.',
            ]
          : []),
        `Back in the account open “Events”, “Event Subscription”, and call it \`${name}\`. Choose the event types Blob Created, Blob Deleted, Blob Renamed, Blob Tier Changed, Directory Renamed and Directory Deleted.`,
        `Choose the endpoint type “Storage Queue” and the queue \`${shown(eventQueue)}\`.`,
        `Under “Filters” switch on subject filtering, and let the subject begin with \`${shown(subject)}\`.`,
        'Press “Create”.',
      ],
    }),
  };
}

/** Of the container and, so that two prefixes do not take each other's place, a hash of the prefix. */
export function eventSubscriptionName({ location }: SetupSettings): string {
  const container = location.container.replace(/[^A-Za-z0-9-]/g, '').slice(0, 40);
  return ['mooring', container, ...(location.prefix === '' ? [] : [fnv1a(location.prefix)])].join('-');
}

/** FNV-1a of 32 bits, in hexadecimal: for names, not for secrets. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
