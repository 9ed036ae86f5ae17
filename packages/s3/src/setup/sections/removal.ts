import { sh, shown } from '@mooring/storage';
import { isAmazon } from '../../services.ts';
import { RULE_ID, removeCorsLines } from '../cors.ts';
import { configurationId, regionLine, removeNotificationLines } from '../notifications.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { endpointOption, lines, shellBlock } from '../shell.ts';
import { inShell, textsOf } from '../texts.ts';
import { EVENTS_POLICY_NAME } from './events.ts';
import { POLICY_NAME } from './roles.ts';

/** Takes back everything that the other parts made, and nothing else. */
export function removalSection(settings: SetupSettings): SetupSection {
  const { location } = settings;
  const rest = [eventLines(settings), corsLines(settings), markLines(settings)]
    .filter(part => part.length > 0)
    .map(shellBlock);
  const aws = lines(...(isAmazon(location.endpoint) ? [shellBlock(identityLines(settings))] : []), ...rest);
  return {
    id: 'removal',
    title: 'Remove everything',
    why: `Removes everything that the parts above made, and nothing else. It changes no data. Signed URLs end with the session that made them, at most an hour later; those of an access key end with the key.`,
    texts: textsOf({
      aws: aws === '' ? 'true' : aws,
      cloudformation: inShell(lines('aws cloudformation delete-stack --stack-name mooring', ...rest)),
      terraform: inShell(lines('terraform destroy', ...rest)),
      console: consoleSteps(settings),
    }),
  };
}

const hasQueue = ({ eventQueue, location }: SetupSettings): boolean =>
  eventQueue !== null && isAmazon(location.endpoint);

/** The policies go first: IAM deletes no identity that has one. */
function identityLines(settings: SetupSettings): string[] {
  const { identity } = settings;
  const name = sh(identity.name);
  const who = identity.kind === 'user' ? 'user' : 'role';
  return [
    ...(hasQueue(settings)
      ? [`aws iam delete-${who}-policy --${who}-name ${name} --policy-name ${EVENTS_POLICY_NAME}`]
      : []),
    ...ownLines(identity.kind, name),
  ];
}

function ownLines(kind: SetupSettings['identity']['kind'], name: string): string[] {
  if (kind !== 'user')
    return [
      `aws iam delete-role-policy --role-name ${name} --policy-name ${POLICY_NAME}`,
      `aws iam delete-role --role-name ${name}`,
    ];
  return [
    `for KEY in $(aws iam list-access-keys --user-name ${name} --query 'AccessKeyMetadata[].AccessKeyId' --output text); do`,
    `  aws iam delete-access-key --user-name ${name} --access-key-id "$KEY"`,
    'done',
    `aws iam delete-user-policy --user-name ${name} --policy-name ${POLICY_NAME}`,
    `aws iam delete-user --user-name ${name}`,
  ];
}

const eventLines = (settings: SetupSettings): string[] =>
  hasQueue(settings)
    ? [
        regionLine(settings.location),
        ...removeNotificationLines(settings.location.container, settings.eventQueue!),
        `QUEUE_URL=$(aws sqs get-queue-url --region "$REGION" --queue-name ${sh(settings.eventQueue!)} --query QueueUrl --output text)`,
        'aws sqs delete-queue --region "$REGION" --queue-url "$QUEUE_URL"',
      ]
    : [];

const corsLines = ({ origins, location }: SetupSettings): string[] =>
  origins.length === 0 ? [] : removeCorsLines(location);

const markLines = ({ identity, ownership, location }: SetupSettings): string[] =>
  identity.kind !== 'web-identity' || ownership === null
    ? []
    : [
        `aws s3api delete-object --bucket ${sh(location.container)}${endpointOption(location.endpoint)} --key ${sh(ownership.markerKey)}`,
      ];

function consoleSteps(settings: SetupSettings): string[] {
  const { identity, origins, location, ownership, eventQueue } = settings;
  return [
    isAmazon(location.endpoint)
      ? `In IAM delete the ${identity.kind === 'user' ? 'user' : 'role'} \`${shown(identity.name)}\`.`
      : 'Delete the access key in the storage.',
    ...(hasQueue(settings)
      ? [
          `Open the bucket \`${shown(location.container)}\`, “Properties”, “Event notifications”, and delete \`${shown(configurationId(eventQueue!))}\`, or what you called it. In SQS delete the queue \`${shown(eventQueue!)}\`.`,
        ]
      : []),
    ...(origins.length > 0
      ? [
          `Open the bucket \`${shown(location.container)}\`, “Permissions”, “CORS”, and delete the rule with the ID \`${RULE_ID}\`.`,
        ]
      : []),
    ...(identity.kind === 'web-identity' && ownership
      ? [`Delete the object \`${shown(ownership.markerKey)}\`.`]
      : []),
  ];
}
