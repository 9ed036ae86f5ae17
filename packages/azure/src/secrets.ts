import { type SecretForm, type SecretRules, unwrapPasted } from '@mooring/storage';

const accountKey = (pattern: RegExp, what: string): SecretForm => ({
  pattern,
  code: 'account_key_refused',
  message: `${what} The key allows everything in the storage account, has no end, and cannot be limited to reading. So Mooring does not accept it.`,
  fix: 'Use an app registration with the role Storage Blob Data Reader or, failing that, an account SAS with read and list that expires. If anyone else may have seen this key, rotate it.',
});

const ACCOUNT_KEYS = [
  accountKey(/(^|\W)AccountKey\s*=\s*\S/i, 'This connection string holds an account key.'),
  accountKey(/(^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{86}==($|[^=])/, 'This is an account key.'),
];

/** Names that only connection strings of Azure Storage begin with. */
const CONNECTION_STRING =
  /^\s*(DefaultEndpointsProtocol|AccountName|(Blob|Queue|File|Table)(Secondary)?Endpoint|EndpointSuffix|UseDevelopmentStorage|Endpoint\s*=\s*sb:.*;\s*SharedAccessKey(Name)?)\s*=/i;

/** What the secrets of Azure Storage and of its apps look like. */
export const azureSecrets: SecretRules = {
  forms: [
    ...ACCOUNT_KEYS,
    {
      pattern: /SharedAccess(Signature|Key)\s*=/i,
      message: 'This connection string holds a secret. It is not kept here.',
      fix: 'Paste the URL of the container here. If the string holds a SAS token, paste it into the field for the SAS token.',
    },
    {
      // The signature of a SAS; also of one that was cut short.
      pattern: /(^|[?&;\s"'])sig\s*=/i,
      message: 'This is a SAS token. It is not kept here.',
      fix: 'A SAS token belongs to the credential of the connection. Paste it into the field for the SAS token.',
    },
    {
      // https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
      pattern: /(^|[^\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}($|[^\w.~-])/,
      message: 'This is the client secret of an app. It is not kept here.',
      fix: 'It belongs to the credential of the connection. Paste it into the field for the client secret.',
    },
  ],
  doubtful: new RegExp(`sig=|AccountKey|${CONNECTION_STRING.source}`, 'i'),
};

/** Refuses the key of a storage account, alone or in a connection string. Used for every field. */
export function accountKeyRefusal(text: string) {
  const pasted = unwrapPasted(text);
  const found = ACCOUNT_KEYS.find(({ pattern }) => pattern.test(pasted));
  return found
    ? { ok: false as const, code: 'account_key_refused' as const, message: found.message, fix: found.fix }
    : null;
}

/** Whether a text is a connection string, of which no part is an address or a name by itself. */
export const isConnectionString = (text: string): boolean => CONNECTION_STRING.test(unwrapPasted(text));
