import { hcl, sh, shown } from '@mooring/storage';
import { isAmazon } from '../../services.ts';
import { policyFor } from '../policy.ts';
import { json } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { lines } from '../shell.ts';
import { inShell, textsOf } from '../texts.ts';

/** The name of the policy, by which the removal finds it. */
export const POLICY_NAME = 'mooring';

/** What the settings grant. */
export const grantOf = ({ location, renditionPrefix, identity, ownership }: SetupSettings) =>
  policyFor({
    location,
    renditionPrefix,
    markerKeys: identity.kind === 'web-identity' && ownership ? [ownership.markerKey] : [],
  });

/** The least that Mooring needs, as a policy of the identity. */
export function rolesSection(settings: SetupSettings): SetupSection {
  const { location, identity, renditionPrefix } = settings;
  const policy = grantOf(settings);
  const what =
    location.prefix === '' ? 'the bucket' : `what begins with \`${shown(location.prefix)}\` in the bucket`;
  const section = {
    id: 'roles' as const,
    title: 'Grant the least that Mooring needs',
    why: `List and read ${what} \`${shown(location.container)}\`${renditionPrefix === null ? '' : `, and write and delete below \`${shown(renditionPrefix)}\``}. Nothing else.`,
  };
  if (!isAmazon(location.endpoint)) {
    const file = `cat > mooring-policy.json <<'END'\n${json(policy, 2)}\nEND`;
    return {
      ...section,
      texts: textsOf({
        aws: file,
        cloudformation: inShell(file),
        terraform: inShell(file),
        console: [
          'Make a user or an access key for Mooring in the storage.',
          `Give it this policy, or the nearest that the storage knows: \`${shown(json(policy))}\``,
        ],
      }),
    };
  }
  const isUser = identity.kind === 'user';
  return {
    ...section,
    texts: textsOf({
      aws: isUser
        ? `aws iam put-user-policy --user-name ${sh(identity.name)} --policy-name ${POLICY_NAME} --policy-document ${sh(json(policy))}`
        : `aws iam put-role-policy --role-name ${sh(identity.name)} --policy-name ${POLICY_NAME} --policy-document ${sh(json(policy))}`,
      cloudformation: lines(
        `  Mooring${isUser ? 'User' : 'Role'}Policy:`,
        `    Type: AWS::IAM::${isUser ? 'User' : 'Role'}Policy`,
        '    Properties:',
        `      PolicyName: ${POLICY_NAME}`,
        `      ${isUser ? 'UserName: {Ref: MooringUser}' : 'RoleName: {Ref: MooringRole}'}`,
        `      PolicyDocument: ${json(policy)}`,
      ),
      terraform: lines(
        `resource "aws_iam_${isUser ? 'user' : 'role'}_policy" "mooring" {`,
        `  name   = "${POLICY_NAME}"`,
        isUser ? '  user   = aws_iam_user.mooring.name' : '  role   = aws_iam_role.mooring.name',
        `  policy = ${hcl(json(policy))}`,
        '}',
      ),
      console: [
        `In IAM open the ${isUser ? 'user' : 'role'} \`${shown(identity.name)}\`, “Permissions”, “Add permissions”, “Create inline policy”, “JSON”.`,
        `Paste \`${shown(json(policy))}\` and name the policy \`${POLICY_NAME}\`.`,
      ],
    }),
  };
}
