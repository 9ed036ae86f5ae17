import { type FormField, type Judgement, SOUND, unwrapPasted, wrong } from '@mooring/storage';

// The rules for what is pasted into the fields of a credential: one for each field, for the form, the CLI and the server.
// A text in the wrong field can be a secret, so no message repeats it.

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12})?:role\/[\w+=,.@/-]{1,512}$/;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const AMAZON_ID = /^(AKIA|ASIA)[A-Z0-9]{12,}$/;

export const judgeRoleArn: FormField['judge'] = text => {
  const typed = text.trim();
  if (ROLE.test(typed)) return SOUND;
  const bad = (message: string) =>
    wrong(
      message,
      'Copy the ARN from the page of the role: arn:aws:iam::ACCOUNT:role/NAME.',
      'role_malformed',
    );
  if (/^arn:[^:]*:(iam|sts)::\d*:(user|assumed-role|instance-profile)\//.test(typed))
    return bad('This is the ARN of a user, a session or an instance profile, not of a role.');
  return bad('This is not the ARN of a role; expected one such as arn:aws:iam::111122223333:role/Mooring.');
};

/** @param wanted whether the field stands beside a session token */
export const judgeAccessKeyId =
  (wanted: 'lasting' | 'temporary'): FormField['judge'] =>
  text => {
    const id = text.trim();
    if (!/^[A-Za-z0-9_.-]{3,128}$/.test(id))
      return malformed(
        /[/+=]/.test(id)
          ? 'This looks like the secret access key, not like its id.'
          : 'The access key id has signs that none has; expected letters and digits, such as AKIAIOSFODNN7EXAMPLE.',
        'Copy “Access key ID”, the shorter of the two.',
      );
    if (wanted === 'lasting' && /^ASIA[A-Z0-9]{12,}$/.test(id))
      return malformed(
        'This is a temporary key (its id begins with ASIA), which works only together with a session token.',
        'Choose “Temporary keys”, and paste the session token too.',
      );
    if (wanted === 'temporary' && /^AKIA[A-Z0-9]{12,}$/.test(id))
      return malformed(
        'This key lasts (its id begins with AKIA), so it has no session token.',
        'Choose “Access key”.',
      );
    return SOUND;
  };

export const judgeSecretKey: FormField['judge'] = text => {
  const key = unwrapPasted(text);
  if (AMAZON_ID.test(key))
    return malformed(
      'This is the id of an access key, not its secret.',
      'Copy “Secret access key”. It is shown only when the key is made.',
    );
  if (/\s/.test(key))
    return malformed('The secret access key has white space in it. A key never has.', 'Copy it again.');
  if (key.length < 8) return malformed('The secret access key is too short.', 'Copy it again, whole.');
  return SOUND;
};

export const judgeSessionToken: FormField['judge'] = text => {
  const token = unwrapPasted(text);
  if (/\s/.test(token)) return malformed('The session token has white space in it.', 'Copy it again.');
  if (token.length < 16 || token.length > 8192)
    return malformed(
      `The session token has ${token.length} characters, which none has.`,
      'Copy it again, whole.',
    );
  return SOUND;
};

export const judgeEnd: FormField['judge'] = (text, { now }) => {
  const end = new Date(text.trim());
  if (!/^\d{4}-\d\d-\d\d/.test(text.trim()) || Number.isNaN(end.getTime()))
    return malformed(
      'This is not a time; expected one such as 2026-12-01T12:00:00Z.',
      'Copy “Expiration”, or leave it empty.',
    );
  return end > now
    ? SOUND
    : wrong(`These keys ended at ${end.toISOString()}.`, 'Make new ones.', 'temporary_keys_ended');
};

const malformed = (message: string, fix: string): Judgement => wrong(message, fix, 'access_key_malformed');
