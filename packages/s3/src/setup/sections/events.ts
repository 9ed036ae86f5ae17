import { sh, shown } from '@mooring/storage';
import { isAmazon } from '../../services.ts';
import { EVENTS, filterPrefix, mergeNotificationLines, queueLines, receivePolicy } from '../notifications.ts';
import { partitionOf } from '../policy.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { shellBlock } from '../shell.ts';
import { inShell, textsOf } from '../texts.ts';

/** The name of the policy for the queue, by which the removal finds it. */
export const EVENTS_POLICY_NAME = 'mooring-events';

/**
 * Sends what changes in the bucket to a queue, so that Mooring need not list to notice it. Neither template can add one
 * configuration to those of a bucket, so both use the shell. Null where the storage has no queues of Amazon's.
 */
export function eventsSection({ location, identity, eventQueue }: SetupSettings): SetupSection | null {
  if (eventQueue === null || !isAmazon(location.endpoint)) return null;
  const who = identity.kind === 'user' ? 'user' : 'role';
  const commands = shellBlock([
    ...queueLines(location, eventQueue, partitionOf(location.region)),
    `aws iam put-${who}-policy --${who}-name ${sh(identity.name)} --policy-name ${EVENTS_POLICY_NAME} --policy-document ${receivePolicy()}`,
    ...mergeNotificationLines(location, eventQueue),
  ]);
  const queue = `\`${shown(eventQueue)}\``;
  const bucket = `\`${shown(location.container)}\``;
  return {
    id: 'events',
    title: 'Report changes to Mooring',
    why: `The bucket ${bucket} sends a message to the queue ${queue} of SQS when an object is created, changed or deleted. Mooring receives it there. The messages hold names, never contents. Other notifications of the bucket stay as they are. Amazon refuses two notifications for the same events of the same prefix.`,
    texts: textsOf({
      aws: commands,
      cloudformation: inShell(commands),
      terraform: inShell(commands),
      console: [
        `In SQS make a standard queue ${queue} in the region of the bucket. Let its access policy allow \`s3.amazonaws.com\` to \`sqs:SendMessage\` for the bucket ${bucket}.`,
        `In IAM let the ${who} \`${shown(identity.name)}\` \`sqs:ReceiveMessage\` and \`sqs:DeleteMessage\` on that queue.`,
        `Open the bucket, “Properties”, “Event notifications”, “Create event notification”.${location.prefix === '' ? '' : ` The prefix is \`${shown(filterPrefix(location.prefix))}\`.`}`,
        `Choose the events ${EVENTS.map(event => `\`${event}\``).join(', ')}, and the queue as their destination.`,
      ],
    }),
  };
}
