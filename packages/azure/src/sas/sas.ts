import { unwrapPasted } from '@mooring/storage';
import type { AzureProblemCode } from '../problems.ts';
import type { SasSummary } from '../schemas.ts';
import { accountKeyRefusal } from '../secrets.ts';

// Reading shared access signatures, as pasted. Nothing here verifies a signature: only Azure can.
// Fields: https://learn.microsoft.com/rest/api/storageservices/create-account-sas and create-service-sas.

export interface SasRefusal {
  ok: false;
  code: AzureProblemCode;
  message: string;
  fix: string;
}

export interface ParsedSas {
  ok: true;
  /**
   * `account` reaches a whole account, as Azure's portal makes on “Shared access signature”; the others one
   * container, directory or blob, signed with an account key or with a user-delegation key.
   */
  kind: 'account' | 'service' | 'user-delegation';
  /** The token itself, a secret: no leading `?`, one `name=value` per field, values percent-encoded once. */
  token: string;
  /** What stood before the token where a whole URL or connection string was pasted; never holds a secret. */
  url: string | null;
  summary: SasSummary;
  /** Azure's `sr`: `c` container, `d` directory, `b` blob, `bs` snapshot, `bv` version; empty for an account SAS. */
  resource: string;
  /** Azure's `sdd`: how many folders deep the directory is that a token with `sr=d` opens; else null. */
  directoryDepth: number | null;
}

export type SasParse = ParsedSas | SasRefusal;

const MAX_CHARS = 16_384;
const FIELD_NAMES: Record<string, string> = {
  sv: 'sv (version)',
  ss: 'ss (services)',
  srt: 'srt (resource types)',
  sr: 'sr (resource)',
  sdd: 'sdd (depth of the directory)',
  sp: 'sp (permissions)',
  st: 'st (start)',
  se: 'se (expiry)',
  ske: 'ske (expiry of the key)',
  sig: 'sig (signature)',
};
/** Parameters of a request, which a copied URL may carry beside the token. */
const REQUEST_PARAMETERS = new Set(
  'restype comp prefix delimiter marker maxresults include timeout snapshot versionid'.split(' '),
);

const malformed = (message: string, fix: string): SasRefusal => ({
  ok: false,
  code: 'sas_malformed',
  message,
  fix,
});
const COPY_AGAIN = 'Copy the whole token again: it begins with “sv=” or “?sv=” and has “sig=” in it.';

/**
 * Reads a SAS token as people paste it: with a leading `?`, in quotes, as a whole URL, inside a connection
 * string, wrapped over lines, or percent-encoded once too often. Account keys are refused. Pure.
 */
export function parseSas(text: string): SasParse {
  if (text.length > MAX_CHARS) {
    return malformed(
      `This has ${text.length.toLocaleString('en')} characters; a SAS token has a few hundred.`,
      COPY_AGAIN,
    );
  }
  const pasted = unwrapPasted(text);
  if (pasted === '') return malformed('The SAS token is empty.', 'Paste a SAS token.');
  const key = accountKeyRefusal(pasted);
  if (key) return key;

  const { url, query } = splitUrl(pasted);
  const fields = readFields(query);
  if ('ok' in fields) return fields;
  const refusal = missingFields(fields, requiredOf(fields));
  if (refusal) return refusal;
  if (fields.get('sr') === 'd' && !/^\d{1,3}$/.test(fields.get('sdd')!)) {
    return malformed('sdd (depth of the directory) is not a number.', COPY_AGAIN);
  }
  const summary = readSummary(fields);
  if ('ok' in summary) return summary;
  return {
    ok: true,
    kind: !isService(fields) ? 'account' : fields.has('skoid') ? 'user-delegation' : 'service',
    token: toToken(fields),
    url,
    summary,
    resource: fields.get('sr') ?? '',
    directoryDepth: fields.get('sr') === 'd' ? Number(fields.get('sdd') ?? Number.NaN) : null,
  };
}

function splitUrl(pasted: string): { url: string | null; query: string } {
  const connectionString = /(?:^|;)\s*SharedAccessSignature\s*=\s*\??([^;]*)/i.exec(pasted);
  if (connectionString) {
    return { url: endpointIn(pasted), query: connectionString[1]! };
  }
  const withoutFragment = pasted.replace(/#.*$/, '');
  const mark = withoutFragment.indexOf('?');
  let query = withoutFragment.slice(mark + 1);
  if (!query.includes('=') && /%3D/i.test(query)) query = decodeOnce(query) ?? query;
  return { url: withoutFragment.slice(0, Math.max(mark, 0)) || null, query };
}

/** The blob endpoint that a connection string names, or that follows from the account’s name; null where neither does. */
function endpointIn(connectionString: string): string | null {
  const part = (name: string): string =>
    new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*([^;?]*)`, 'i').exec(connectionString)?.[1]?.trim() ?? '';
  const account = part('AccountName');
  const suffix = part('EndpointSuffix') || 'core.windows.net';
  return part('BlobEndpoint') || (account && `https://${account}.blob.${suffix}`) || null;
}

/** The fields of a token by name, decoded, in the order they came. */
function readFields(query: string): Map<string, string> | SasRefusal {
  const fields = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (name === '' || REQUEST_PARAMETERS.has(name.toLowerCase())) continue;
    const value = decodeValue(name, pair.slice(equals + 1).trim());
    if (value === null) {
      const field = FIELD_NAMES[name] ?? 'One field';
      return malformed(`${field} has a “%” that is not followed by two hexadecimal digits.`, COPY_AGAIN);
    }
    if (fields.has(name)) {
      const field = FIELD_NAMES[name] ?? 'One field';
      return malformed(`${field} appears twice, so this is more than one token.`, 'Paste one token.');
    }
    fields.set(name, value);
  }
  if (!Object.keys(FIELD_NAMES).some(name => fields.has(name))) {
    return malformed(
      'This has none of the fields of a SAS token: expected sv=…&ss=b&srt=co&sp=rl&se=…&sig=…',
      'In the Azure portal open the storage account, then “Shared access signature”, and copy the SAS token.',
    );
  }
  return fields;
}

/** A value decoded as often as it was encoded: Base64 and dates hold no `%`. Null where it cannot be decoded. */
function decodeValue(name: string, raw: string): string | null {
  let value = decodeOnce(raw);
  while (value?.includes('%') && !name.startsWith('rs')) value = decodeOnce(value);
  // A “+” of the signature that something took for the sign of a space.
  return name === 'sig' ? (value?.replaceAll(' ', '+') ?? null) : value;
}

function decodeOnce(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const isService = (fields: Map<string, string>): boolean =>
  !fields.has('ss') && !fields.has('srt') && (fields.has('sr') || fields.has('skoid'));

/** A stored access policy can hold what the token itself leaves out. */
function requiredOf(fields: Map<string, string>): readonly string[] {
  if (!isService(fields)) return ['sv', 'ss', 'srt', 'sp', 'se', 'sig'];
  const depth = fields.get('sr') === 'd' ? ['sdd'] : [];
  return [...(fields.has('si') ? ['sv', 'sr'] : ['sv', 'sr', 'sp', 'se']), ...depth, 'sig'];
}

function missingFields(fields: Map<string, string>, required: readonly string[]): SasRefusal | null {
  const missing = required.filter(name => !fields.get(name)).map(name => FIELD_NAMES[name]!);
  if (missing.length > 0) return malformed(`This SAS token lacks ${listWords(missing)}.`, COPY_AGAIN);
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(fields.get('sig')!)) return null;
  return malformed('The signature (sig) holds characters that no signature has.', COPY_AGAIN);
}

function readSummary(fields: Map<string, string>): SasSummary | SasRefusal {
  const times = { st: null as string | null, se: null as string | null, ske: null as string | null };
  for (const name of ['st', 'se', 'ske'] as const) {
    const text = fields.get(name);
    if (!text) continue;
    times[name] = readTime(text);
    if (times[name] === null) {
      return malformed(
        `${FIELD_NAMES[name]} is not a time; expected one such as 2026-12-31T00:00:00Z.`,
        COPY_AGAIN,
      );
    }
  }
  return {
    type: TYPES[fields.get('sr') ?? ''] ?? (fields.has('srt') ? 'account' : 'blob'),
    version: fields.get('sv')!,
    permissions: fields.get('sp') ?? '',
    services: fields.get('ss') ?? '',
    resourceTypes: fields.get('srt') ?? '',
    startsAt: times.st,
    // A token dies with the user-delegation key that signed it.
    expiresAt: [times.se, times.ske].filter(time => time !== null).sort()[0] ?? null,
    ipRange: fields.get('sip') || null,
    protocol: fields.get('spr') || null,
    policy: fields.get('si') || null,
  };
}

/** What each `sr` opens; others are single blobs: a snapshot, a version. */
const TYPES: Record<string, SasSummary['type']> = { c: 'container', d: 'directory' };

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d))?$/;

function readTime(text: string): string | null {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

const toToken = (fields: Map<string, string>): string =>
  Array.from(fields, ([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

/** “a”, “a and b”, “a, b and c”. */
export const listWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
