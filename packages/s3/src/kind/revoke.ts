import type { Fix } from '@mooring/contract';
import type { Subject } from '@mooring/storage';
import { sh } from '@mooring/storage';
import type { S3Credential, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { removeCorsLines } from '../setup/cors.ts';
import { shellBlock } from '../setup/shell.ts';

/** What remains to be done at the storage once a connection is unlinked. */
export function howToRevoke({ location, credential }: Subject<S3Location, S3Credential>): Fix {
  const cors = {
    title: 'Remove the CORS rule, and keep the others',
    language: 'bash',
    text: shellBlock(removeCorsLines(location)),
  };
  const lastStep =
    'If no page loads from this bucket any more, remove the CORS rule with Mooring’s origin too.';
  switch (credential.kind) {
    case 's3-role':
    case 's3-web-identity': {
      const name = credential.roleArn.slice(credential.roleArn.lastIndexOf('/') + 1);
      return {
        why: 'Mooring no longer uses the role, but the role still trusts this installation, and URLs that were signed work until their session ends, at most an hour.',
        steps: [`Delete the role ${name}, or take Mooring out of its trust policy.`, lastStep],
        snippets: [
          {
            title: 'Delete the role',
            language: 'bash',
            text: `aws iam delete-role-policy --role-name ${sh(name)} --policy-name mooring\naws iam delete-role --role-name ${sh(name)}`,
          },
          cors,
        ],
      };
    }
    case 's3-keys': {
      const id = credential.accessKeyId;
      return {
        why: 'Mooring has forgotten the key, but the storage still takes it. URLs that were signed with it work until they end, or until the key is deleted.',
        steps: [`Delete the access key ${id} at the storage.`, lastStep],
        snippets: [
          ...(isAmazon(location.endpoint)
            ? [
                {
                  title: 'Delete the access key',
                  language: 'bash',
                  text: shellBlock([
                    `NAME=$(aws iam get-access-key-last-used --access-key-id ${sh(id)} --query UserName --output text)`,
                    `aws iam delete-access-key --user-name "$NAME" --access-key-id ${sh(id)}`,
                  ]),
                },
              ]
            : []),
          cors,
        ],
      };
    }
    case 's3-temporary-keys':
      return {
        why: 'Mooring has forgotten the temporary keys. They end by themselves, and with them the URLs that they signed.',
        steps: [
          credential.expiresAt
            ? `Left alone, they end at ${credential.expiresAt}.`
            : 'Left alone, they end within 36 hours.',
          'To end them at once, open the role that made them in IAM, and press “Revoke active sessions”.',
          lastStep,
        ],
        snippets: [cors],
      };
  }
}
