import type { Reading } from '@mooring/storage';
import type { MessageAddress } from '@mooring/storage/server';
import type { S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { partitionOf } from '../setup/policy.ts';

/** A queue of SQS, as its URL names it. */
export interface Queue {
  url: string;
  origin: string;
  region: string;
  arn: string;
}

/** Only Amazon gives out these names. https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
const AMAZON_HOST =
  /^(?:vpce-[a-z0-9-]+\.)?sqs(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/;
const PATH = /^\/(?<account>\d{12})\/(?<name>[A-Za-z0-9_-]{1,80})\/?$/;

/** What leads to a queue. What is signed for it goes to Amazon, or to the endpoint of the connection, and nowhere else. */
export function readQueue(
  { endpoint, region }: Pick<S3Location, 'endpoint' | 'region'>,
  { queueUrl = '' }: MessageAddress,
): Reading<Queue> {
  const bad = (reason: string): Reading<Queue> => ({
    ...{ ok: false, code: 'invalid_request', field: 'queueUrl' },
    message: `Mooring cannot read this queue: ${reason}.`,
    fix: 'Copy the URL of the queue from its page, such as https://sqs.eu-central-1.amazonaws.com/111122223333/mooring-events.',
  });
  if (!URL.canParse(queueUrl.trim())) return bad('this is not the URL of a queue');
  const { origin, protocol, hostname, pathname, search, username } = new URL(queueUrl.trim());
  if (search !== '' || username !== '') return bad('expected a URL without a query and without a name in it');
  const host = protocol === 'https:' ? AMAZON_HOST.exec(hostname)?.groups : undefined;
  if (isAmazon(endpoint) ? !host : origin !== new URL(endpoint).origin)
    return bad(
      isAmazon(endpoint)
        ? 'expected a URL that begins with https://sqs. and the region'
        : `expected a URL that begins with ${new URL(endpoint).origin}/`,
    );
  const path = PATH.exec(pathname)?.groups;
  if (!path) return bad('expected the account and the name of the queue after the host');
  const where = host?.region ?? (region || 'us-east-1');
  return {
    ok: true,
    value: {
      // The one spelling: two readers of one queue would each get a part of its messages.
      url: `${origin}/${path.account}/${path.name}`,
      origin,
      region: where,
      arn: `arn:${partitionOf(where)}:sqs:${where}:${path.account}:${path.name}`,
    },
  };
}

/** The most that a session for reading a queue may do. */
export const queuePolicy = (arn: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: arn }],
});
