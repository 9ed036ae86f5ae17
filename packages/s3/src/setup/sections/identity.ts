import { hcl, sh, shown } from '@mooring/storage';
import { isAmazon } from '../../services.ts';
import { trustOfIssuer, trustOfPrincipal } from '../policy.ts';
import { json } from '../quote.ts';
import type { SetupIdentity, SetupSection, SetupSettings } from '../schema.ts';
import { continued, lines, shellBlock } from '../shell.ts';
import { textsOf } from '../texts.ts';

/** How long a session of the role may last: what Amazon allows. */
const SESSION_SECONDS = 43_200;

/** The identity that Mooring uses. Null where the storage has no identities that these tools could make. */
export function identitySection(settings: SetupSettings): SetupSection | null {
  if (!isAmazon(settings.location.endpoint)) return null;
  switch (settings.identity.kind) {
    case 'role':
      return role(settings.identity);
    case 'web-identity':
      return webIdentity(settings.identity);
    case 'user':
      return user(settings.identity.name);
  }
}

/** Null without the external id, which comes with the connection: a role without it would let every workspace in. */
function role({
  name,
  principalArn: principal,
  externalId: id,
}: Extract<SetupIdentity, { kind: 'role' }>): SetupSection | null {
  if (principal === null || id === null) return null;
  const trust = trustOfPrincipal(principal, id);
  return {
    id: 'identity',
    title: 'Make the role',
    why: `The role trusts \`${shown(principal)}\`, and only with the external id \`${shown(id)}\`, which Mooring has made for your workspace. So no other workspace of this Mooring reaches your bucket.`,
    texts: textsOf({
      aws: continued(
        `aws iam create-role --role-name ${sh(name)} --max-session-duration ${SESSION_SECONDS}`,
        `--assume-role-policy-document ${sh(json(trust))}`,
        '--query Role.Arn --output text',
      ),
      cloudformation: lines(
        '  MooringRole:',
        '    Type: AWS::IAM::Role',
        '    Properties:',
        `      RoleName: ${json(name)}`,
        `      MaxSessionDuration: ${SESSION_SECONDS}`,
        `      AssumeRolePolicyDocument: ${json(trust)}`,
      ),
      terraform: lines(
        'resource "aws_iam_role" "mooring" {',
        `  name                 = ${hcl(name)}`,
        `  max_session_duration = ${SESSION_SECONDS}`,
        `  assume_role_policy   = ${hcl(json(trust))}`,
        '}',
        'output "role_arn" {',
        '  value = aws_iam_role.mooring.arn',
        '}',
      ),
      console: [
        'In IAM open “Roles”, “Create role”, “AWS account”, “Another AWS account”.',
        `Type the account \`${shown(/::(\d{12}):/.exec(principal)?.[1] ?? principal)}\`, tick “Require external ID”, and type \`${shown(id)}\`.`,
        `Go on without a policy, and name the role \`${shown(name)}\`.`,
        `Open the role, “Trust relationships”, “Edit trust policy”, and replace the principal by \`${shown(principal)}\`.`,
      ],
    }),
  };
}

function webIdentity(identity: Extract<SetupIdentity, { kind: 'web-identity' }>): SetupSection {
  const { name, issuer, subject, audience } = identity;
  const provider = issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
  const trustIn = (account: string) =>
    json(trustOfIssuer(`arn:aws:iam::${account}:oidc-provider/${provider}`, identity));
  return {
    id: 'identity',
    title: 'Make the role',
    why: `The role trusts tokens of \`${shown(issuer)}\` whose subject is \`${shown(subject)}\`. Amazon fetches the keys of the issuer over the internet.`,
    texts: textsOf({
      aws: shellBlock([
        'ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
        `aws iam create-open-id-connect-provider --url ${sh(issuer)} --client-id-list ${sh(audience)} || echo ${sh('The issuer may be known already.')}`,
        `TRUST=$(printf '%s' ${sh(trustIn('ACCOUNT'))} | sed "s/::ACCOUNT:/::$ACCOUNT:/")`,
        `aws iam create-role --role-name ${sh(name)} --max-session-duration ${SESSION_SECONDS} --assume-role-policy-document "$TRUST" --query Role.Arn --output text`,
      ]),
      cloudformation: lines(
        '  MooringIssuer:',
        '    Type: AWS::IAM::OIDCProvider',
        '    Properties:',
        `      Url: ${json(issuer)}`,
        `      ClientIdList: [${json(audience)}]`,
        '  MooringRole:',
        '    Type: AWS::IAM::Role',
        '    Properties:',
        `      RoleName: ${json(name)}`,
        `      MaxSessionDuration: ${SESSION_SECONDS}`,
        `      AssumeRolePolicyDocument: ${json(trustOfIssuer({ Ref: 'MooringIssuer' }, identity))}`,
      ),
      terraform: lines(
        'resource "aws_iam_openid_connect_provider" "mooring" {',
        `  url            = ${hcl(issuer)}`,
        `  client_id_list = [${hcl(audience)}]`,
        '}',
        'resource "aws_iam_role" "mooring" {',
        `  name                 = ${hcl(name)}`,
        `  max_session_duration = ${SESSION_SECONDS}`,
        `  assume_role_policy   = replace(${hcl(json(trustOfIssuer('PROVIDER_ARN', identity)))}, "PROVIDER_ARN", aws_iam_openid_connect_provider.mooring.arn)`,
        '}',
        'output "role_arn" {',
        '  value = aws_iam_role.mooring.arn',
        '}',
      ),
      console: [
        `In IAM open “Identity providers”, “Add provider”, “OpenID Connect”; the URL is \`${shown(issuer)}\`, the audience \`${shown(audience)}\`.`,
        `Press “Assign role”, “Create a new role”, choose the audience, and add the condition that \`sub\` equals \`${shown(subject)}\`.`,
        `Name the role \`${shown(name)}\`.`,
      ],
    }),
  };
}

function user(name: string): SetupSection {
  const key = `aws iam create-access-key --user-name ${sh(name)} --query AccessKey.[AccessKeyId,SecretAccessKey] --output text`;
  return {
    id: 'identity',
    title: 'Make a user with an access key',
    why: 'A user of its own, so that the key opens nothing else. The last command prints the id of the key and its secret: paste them into Mooring, and keep them nowhere else.',
    texts: textsOf({
      aws: shellBlock([`aws iam create-user --user-name ${sh(name)} --output text`, key]),
      cloudformation: lines(
        '  MooringUser:',
        '    Type: AWS::IAM::User',
        '    Properties:',
        `      UserName: ${json(name)}`,
      ),
      terraform: lines('resource "aws_iam_user" "mooring" {', `  name = ${hcl(name)}`, '}'),
      console: [
        `In IAM open “Users”, “Create user”, and name it \`${shown(name)}\`. It needs no access to the console.`,
        'Open the user, “Security credentials”, “Create access key”, “Application running outside AWS”.',
        'Copy both parts of the key into Mooring.',
      ],
    }),
  };
}
