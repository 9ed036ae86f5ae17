import type { FeedWay } from '@mooring/storage';
import { SOUND, wrong } from '@mooring/storage';
import type { AzureFeedKind } from '../schemas.ts';

/** How Azure says what changed between syncs. */
export const azureFeeds: readonly (FeedWay & { id: AzureFeedKind })[] = [
  {
    id: 'event-grid',
    label: 'By webhook',
    title: 'Event Grid, by webhook',
    hint: 'It posts to a URL of Mooring, which must be reachable from Azure over HTTPS.',
    how: 'webhook',
    subscribe: 'Make an event subscription of the storage account that posts to this URL.',
    fields: () => [],
  },
  {
    id: 'storage-queue',
    label: 'By a storage queue',
    title: 'Event Grid, by a storage queue',
    hint: 'It puts messages into a queue of the storage account, which Mooring reads. Works behind a firewall. The credential needs the role Storage Queue Data Message Processor.',
    how: 'messages',
    subscribe: 'Make an event subscription of the storage account that delivers into this queue.',
    fields: location => [
      {
        name: 'queueUrl',
        label: 'Queue',
        hint: 'Each source needs its own queue.',
        example: `${String(location.endpoint ?? '').replace('.blob.', '.queue.')}/mooring-events`,
        judge: text =>
          URL.canParse(text.trim())
            ? SOUND
            : wrong(
                'This is not the URL of a queue.',
                'Copy the URL from the queue’s properties, such as https://ACCOUNT.queue.core.windows.net/mooring-events.',
              ),
      },
    ],
  },
];
