// What a URL says of its own signature. Sources:
// SAS of Azure: https://learn.microsoft.com/rest/api/storageservices/create-service-sas (`st` and `se`: ISO 8601, in UTC)
// Signature V4 of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
// V4 of GCS: https://cloud.google.com/storage/docs/authentication/signatures
// `Expires` with `Signature`: the older form of S3, GCS and CloudFront

/** Where a URL is signed: until when it works; null where the URL does not say, such as with a stored access policy. */
export interface Signature {
  expiresAt: Date | null;
}

/** S3 and GCS sign for at most seven days. */
const LONGEST_SECONDS = 604_800;

/**
 * The signature in a URL, by the names of its parameters; null for a URL without one. Pure. Names are matched without
 * regard to case. Of a parameter that stands there twice, the first counts, as with the services.
 */
export function signatureOf(url: string): Signature | null {
  const query = parametersOf(url);
  if (query.has('x-amz-signature'))
    return { expiresAt: afterDate(query.get('x-amz-date'), query.get('x-amz-expires')) };
  if (query.has('x-goog-signature'))
    return { expiresAt: afterDate(query.get('x-goog-date'), query.get('x-goog-expires')) };
  if (query.has('sig') && (query.has('sv') || query.has('se') || query.has('si')))
    return { expiresAt: earliest(isoTime(query.get('se')), isoTime(query.get('ske'))) };
  if (query.has('signature') && (query.has('expires') || query.has('policy')))
    return { expiresAt: epochTime(query.get('expires')) };
  return null;
}

/** Parameters that belong to a signature, or that grant something by themselves. */
const SECRET =
  /^(x-amz-.*|x-goog-.*|awsaccesskeyid|googleaccessid|key-pair-id|signature|expires|policy|sig|s[vsretp]|spr|srt|sip|si|sdd|ses|sk(oid|tid|t|e|s|v|dutid)|s(ao|uo|c|du)id|rsc[cdelt]|response-.*)$|token|secret|passw|credential|api-?key|auth|sign/;

/** Whether a parameter is part of what opens a URL, rather than of what it names. */
export const isSecretParameter = (name: string): boolean => SECRET.test(name.toLowerCase());

/** The parameters of a URL as they stand there: name and value, not decoded. */
export function* rawParametersOf(url: string): Generator<[name: string, value: string]> {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    yield at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
  }
}

function parametersOf(url: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of rawParametersOf(url)) {
    const key = decoded(name).toLowerCase();
    if (!query.has(key)) query.set(key, decoded(value));
  }
  return query;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing: it stands for itself
  }
}

/** `20261130T170000Z` and a number of seconds. */
function afterDate(date = '', seconds = ''): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/i.exec(date.trim());
  if (!parts || !/^\d{1,9}$/.test(seconds)) return null;
  const [, year, month, day, hour, minute, second] = parts.map(Number) as number[] & { length: 7 };
  const begins = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return time(begins + Math.min(Number(seconds), LONGEST_SECONDS) * 1000);
}

/** A date, or a time with or without seconds, in UTC unless it says otherwise. */
function isoTime(text = ''): Date | null {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?$/i.exec(
    text.trim().replace(' ', '+'),
  );
  if (!parts) return null;
  const [, day, minute = '00:00', second = ':00', fraction = '', zone = 'Z'] = parts;
  return time(Date.parse(`${day}T${minute}${second}${fraction.slice(0, 4)}${zone.toUpperCase()}`));
}

const epochTime = (text = ''): Date | null =>
  /^\d{9,11}$/.test(text.trim()) ? time(Number(text) * 1000) : null;

const time = (ms: number): Date | null => (Number.isNaN(ms) ? null : new Date(ms));

const earliest = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other);
