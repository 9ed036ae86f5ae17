import { accountKeyRefusal, unwrapPasted } from './sas.ts';

// Secrets are pasted into whichever field is in sight. What a text holds is judged here, once, for every field.

export type SecretRefusal = { code: 'account_key_refused' | 'invalid_request'; message: string; fix: string };

/** Names that only connection strings of Azure Storage begin with. */
const CONNECTION_STRING =
  /^\s*(DefaultEndpointsProtocol|AccountName|(Blob|Queue|File|Table)(Secondary)?Endpoint|EndpointSuffix|UseDevelopmentStorage|Endpoint\s*=\s*sb:.*;\s*SharedAccessKey(Name)?)\s*=/i;

const SECRETS: { pattern: RegExp; what: string; fix: string }[] = [
  {
    pattern: /SharedAccess(Signature|Key)\s*=/i,
    what: 'This connection string holds a secret',
    fix: 'Paste the URL of the container here. Where the string holds a SAS token, paste the string where the SAS token is asked for.',
  },
  {
    // The signature of a SAS; also of one that was cut short.
    pattern: /(^|[?&;\s"'])sig\s*=/i,
    what: 'This is a SAS token',
    fix: 'A SAS token belongs to the credential of the connection. Paste it where the SAS token is asked for.',
  },
  {
    pattern: /-----BEGIN /,
    what: 'This is a key or a certificate',
    fix: 'It belongs to the credential of the connection. Paste it where the certificate is asked for.',
  },
  {
    // https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
    pattern: /(^|[^\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}($|[^\w.~-])/,
    what: 'This is the client secret of an app',
    fix: 'It belongs to the credential of the connection. Paste it where the client secret is asked for.',
  },
  {
    pattern: /(^|\W)mr[gs]_[\w-]{43}/,
    what: 'This holds a token of Mooring',
    fix: 'Leave it out, and revoke it if it went anywhere else.',
  },
];

/**
 * Refuses a text that holds a secret: an account key, a SAS token, a client secret, a private key, in quotes,
 * percent-encoded or in the midst of other text. For every field that is not for that secret. Null where there is none
 * that can be told by its form. Pure.
 */
export function secretRefusal(text: string): SecretRefusal | null {
  for (const form of formsOf(text)) {
    const key = accountKeyRefusal(form);
    if (key) return { code: 'account_key_refused', message: key.message, fix: key.fix };
    const found = SECRETS.find(({ pattern }) => pattern.test(form));
    if (found) {
      return { code: 'invalid_request', message: `${found.what}. It is not kept here.`, fix: found.fix };
    }
  }
  return null;
}

/** Whether a text is a connection string, of which no part is an address or a name by itself. */
export const isConnectionString = (text: string): boolean => CONNECTION_STRING.test(unwrapPasted(text));

/**
 * Whether a text that nobody has sent yet may be kept, such as in a browser. Stricter than `secretRefusal`: what only
 * looks like a piece of a secret, long and random, is not kept either. Pure.
 */
export const mayBeKept = (text: string): boolean =>
  secretRefusal(text) === null &&
  formsOf(text).every(form => !isConnectionString(form) && !/sig=|AccountKey/i.test(form) && !isRandom(form));

/** A long run in which capitals, small letters and digits change places all the time, as in keys and signatures. */
function isRandom(text: string): boolean {
  const runs = [...(text.match(/[\w+~=.-]{20,}/g) ?? []), ...(text.match(/[A-Za-z0-9+/=]{64,}/g) ?? [])];
  return runs.some(run => {
    const kinds = [...run].map(char => KINDS.findIndex(kind => kind.test(char)));
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
    return KINDS.every((_, kind) => kinds.includes(kind)) && changes > run.length * 0.4;
  });
}
const KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/];

/** As it was pasted, and as it reads without quotes, line breaks and percent-encoding. */
function formsOf(text: string): string[] {
  const forms = [text, unwrapPasted(text)];
  try {
    forms.push(unwrapPasted(decodeURIComponent(text)));
  } catch {
    // Not percent-encoded: there is no other form.
  }
  return forms;
}
