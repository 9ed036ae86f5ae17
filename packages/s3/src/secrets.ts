import type { SecretRules } from '@mooring/storage';

/** What the secrets of S3 look like. */
export const s3Secrets: SecretRules = {
  forms: [
    {
      pattern: /(^|[?&;\s"'])X-Amz-(Signature|Security-Token)\s*=/i,
      message: 'This is a signed URL. It is not kept here.',
      fix: 'Paste the address without what follows the question mark.',
    },
    {
      pattern: /aws_?(secret_?access_?key|session_?token)["']?\s*[=:]\s*["']?\S/i,
      message: 'This holds a secret key. It is not kept here.',
      fix: 'It belongs to the credential of the connection. Paste it into the field for the secret access key.',
    },
    {
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide and detectors of leaked keys: 40 of base64, with
      // signs that no name has.
      pattern: /^(?=[^\s]*[a-z])(?=[^\s]*[A-Z])(?=[^\s]*[0-9])(?=[^\s]*[+])[A-Za-z0-9/+]{40}$/,
      message: 'This looks like a secret access key. It is not kept here.',
      fix: 'It belongs to the credential of the connection. Paste it into the field for the secret access key.',
    },
  ],
  doubtful: /X-Amz-|aws_?secret|session_?token|^[A-Za-z0-9/+]{40}$/i,
};
