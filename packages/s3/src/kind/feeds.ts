import type { FeedWay } from '@mooring/storage';
import { SOUND, wrong } from '@mooring/storage';
import type { S3FeedKind } from '../schemas.ts';
import { hostnameOf, isAmazon, readHost } from '../services.ts';

/** How S3 says what changed between syncs. */
export const s3Feeds: readonly (FeedWay & { id: S3FeedKind })[] = [
  {
    id: 's3-webhook',
    label: 'By webhook',
    title: 'S3, by webhook',
    hint: 'EventBridge posts to a URL of Mooring, which must be reachable from AWS over HTTPS. MinIO and Ceph post there by themselves.',
    how: 'webhook',
    subscribe:
      'Make an API destination of EventBridge, or the webhook of your storage, that posts to this URL, and let the bucket send its events there.',
    fields: () => [],
  },
  {
    id: 'sqs',
    label: 'By a queue of SQS',
    title: 'S3, by a queue of SQS',
    hint: 'The bucket sends messages to a queue, which Mooring reads. Works behind a firewall. The credential needs sqs:ReceiveMessage and sqs:DeleteMessage on the queue.',
    how: 'messages',
    subscribe: 'Let the bucket send its notifications to this queue.',
    fields: location => [
      {
        name: 'queueUrl',
        label: 'Queue',
        hint: 'Each source needs its own queue.',
        example: exampleFor(String(location.endpoint ?? ''), String(location.region ?? '')),
        judge: text =>
          URL.canParse(text.trim())
            ? SOUND
            : wrong(
                'This is not the URL of a queue.',
                'Copy the URL from the page of the queue, such as https://sqs.eu-central-1.amazonaws.com/111122223333/mooring-events.',
              ),
      },
    ],
  },
];

function exampleFor(endpoint: string, region: string): string {
  if (endpoint !== '' && !isAmazon(endpoint)) return `${endpoint}/111122223333/mooring-events`;
  const known = region || (endpoint && readHost(hostnameOf(endpoint))?.region) || 'eu-central-1';
  return `https://sqs.${known}.amazonaws.com${known.startsWith('cn-') ? '.cn' : ''}/111122223333/mooring-events`;
}
