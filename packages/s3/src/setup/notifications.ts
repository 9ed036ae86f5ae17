import { jmes, sh } from '@mooring/storage';
import type { S3Location } from '../schemas.ts';
import { json } from './quote.ts';

/** What stands for the ARN of the queue until the commands know it. */
const QUEUE_ARN = 'MOORING_QUEUE_ARN';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
export const EVENTS = [
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectRestore:*',
  's3:LifecycleTransition',
  's3:LifecycleExpiration:*',
  's3:IntelligentTiering',
];

/** The id by which the configuration is found again: of its queue, since each source has its own. */
export const configurationId = (queue: string): string => `mooring-${queue}`;

/**
 * Signs of a prefix are percent-encoded there, a space is `+`, and slashes stay.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export const filterPrefix = (prefix: string): string =>
  prefix
    .split('/')
    .map(part => encodeURIComponent(part).replaceAll('%20', '+').replaceAll('*', '%2A'))
    .join('/');

const configurationFor = (prefix: string, queue: string) => ({
  Id: configurationId(queue),
  QueueArn: QUEUE_ARN,
  Events: EVENTS,
  ...(prefix !== '' && {
    Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: filterPrefix(prefix) }] } },
  }),
});

/** A text of a shell, with the ARN of the queue in its place. */
const withArn = (text: string): string => `"$(printf '%s' ${sh(text)} | sed "s|${QUEUE_ARN}|$QUEUE_ARN|")"`;

/** Policy of the queue: this bucket may send to it, and no other of any account. */
const queueAccess = (container: string, partition: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE_ARN,
      Condition: {
        ArnEquals: { 'aws:SourceArn': `arn:${partition}:s3:::${container}` },
        StringEquals: { 'aws:SourceAccount': 'MOORING_ACCOUNT' },
      },
    },
  ],
});

/** Sets `REGION`: a queue has to be in the region of its bucket. */
export const regionLine = ({ container, region }: Pick<S3Location, 'container' | 'region'>): string =>
  region === ''
    ? `REGION=$(aws s3api get-bucket-location --bucket ${sh(container)} --query "LocationConstraint || 'us-east-1'" --output text)`
    : `REGION=${sh(region)}`;

/** Makes the queue, and lets the bucket send to it. Sets `QUEUE_ARN`. */
export const queueLines = (location: S3Location, queue: string, partition: string): string[] => [
  regionLine(location),
  `QUEUE_URL=$(aws sqs create-queue --region "$REGION" --queue-name ${sh(queue)} --query QueueUrl --output text)`,
  'QUEUE_ARN=$(aws sqs get-queue-attributes --region "$REGION" --queue-url "$QUEUE_URL" --attribute-names QueueArn --query Attributes.QueueArn --output text)',
  'ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
  `ATTRIBUTES=$(printf '%s' ${sh(json({ Policy: json(queueAccess(location.container, partition)) }))} | sed "s|${QUEUE_ARN}|$QUEUE_ARN|; s|MOORING_ACCOUNT|$ACCOUNT|")`,
  'aws sqs set-queue-attributes --region "$REGION" --queue-url "$QUEUE_URL" --attributes "$ATTRIBUTES"',
];

/** What the identity needs on the queue, for the option `--policy-document`. */
export const receivePolicy = (): string =>
  withArn(
    json({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: QUEUE_ARN },
      ],
    }),
  );

const putLines = (container: string, query: string): string[] => [
  `CONFIGURATION=$(aws s3api get-bucket-notification-configuration --bucket ${sh(container)} --output json --query ${query})`,
  `aws s3api put-bucket-notification-configuration --bucket ${sh(container)} --notification-configuration "$CONFIGURATION"`,
];
const othersOf = (queue: string): string =>
  `QueueConfigurations[?Id!=${jmes(configurationId(queue))}] || \`[]\``;

/**
 * Adds our configuration to the others. `put-bucket-notification-configuration` replaces all of them, so they are read
 * and written back.
 */
export const mergeNotificationLines = (
  { container, prefix }: Pick<S3Location, 'container' | 'prefix'>,
  queue: string,
): string[] =>
  putLines(
    container,
    withArn(
      `merge(@, {QueueConfigurations: [[${jmes(configurationFor(prefix, queue))}], ${othersOf(queue)}][]})`,
    ),
  );

/** Takes our configuration out again, and keeps the others. */
export const removeNotificationLines = (container: string, queue: string): string[] =>
  putLines(container, sh(`merge(@, {QueueConfigurations: ${othersOf(queue)}})`));
