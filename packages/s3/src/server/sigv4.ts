// Signature Version 4, with which requests and URLs are signed for S3, STS and SQS.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import { createHash, createHmac } from 'node:crypto';

/** An access key; with a session token a temporary one. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** What a signature is for. */
export interface Scope {
  region: string;
  service: 's3' | 'sts' | 'sqs';
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Of a body that the signature does not cover. */
const UNSIGNED = 'UNSIGNED-PAYLOAD';
/** Of no body. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Percent-encodes all but letters, digits and `-._~`, as the signature is over. @throws URIError for half a pair */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** `20261130T172712Z` */
export const amzDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** Key of one day, region and service. */
const signingKey = (secret: string, day: string, { region, service }: Scope): Buffer =>
  ['aws4_request', service, region, day].reduceRight<string | Buffer>(hmac, `AWS4${secret}`) as Buffer;

/** Parameters in the order of their encoded names, as the signature wants them. */
export const canonicalQuery = (query: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(query)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${encode(name)}=${encode(value)}`]))
    .sort()
    .join('&');

export interface SignedRequest {
  method: string;
  host: string;
  /** Percent-encoded, with its slashes. */
  path: string;
  /** As `canonicalQuery` makes it. */
  query: string;
  /** In lower case; all of them are signed. */
  headers: Readonly<Record<string, string>>;
  body?: Buffer | string | undefined;
}

/** The headers of a request together with those that sign it. */
export function signHeaders(
  { method, host, path, query, headers, body }: SignedRequest,
  keys: Keys,
  scope: Scope,
  now: Date,
): Record<string, string> {
  const date = amzDate(now);
  const payload = body === undefined ? EMPTY : sha256(body);
  const all: Record<string, string> = {
    ...headers,
    host,
    'x-amz-content-sha256': payload,
    'x-amz-date': date,
    ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const canonical = names.map(name => `${name}:${all[name]!.trim().replace(/ +/g, ' ')}\n`).join('');
  const signed = names.join(';');
  const place = `${date.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  const request = [method, path, query, canonical, signed, payload].join('\n');
  const key = signingKey(keys.secretAccessKey, date.slice(0, 8), scope);
  const signature = hmac(key, [ALGORITHM, date, place, sha256(request)].join('\n')).toString('hex');
  const { host: _, ...sent } = all; // the client writes it
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${keys.accessKeyId}/${place}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

/**
 * Signs URLs that differ only in their path: an HMAC and a hash each.
 * @param options.seconds how long they work, from `startsAt` on
 * @param options.extra signed parameters, such as `response-content-type`
 * @returns the query of a URL with this path, percent-encoded with its slashes
 */
export function createPresigner(
  {
    method,
    host,
    startsAt,
    seconds,
    extra = {},
  }: {
    method: string;
    host: string;
    startsAt: Date;
    seconds: number;
    extra?: Readonly<Record<string, string | undefined>>;
  },
  keys: Keys,
  scope: Scope,
): (path: string) => string {
  const date = amzDate(startsAt);
  const place = `${date.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  const query = canonicalQuery({
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${keys.accessKeyId}/${place}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(seconds),
    'X-Amz-Security-Token': keys.sessionToken,
    'X-Amz-SignedHeaders': 'host',
    ...extra,
  });
  const key = signingKey(keys.secretAccessKey, date.slice(0, 8), scope);
  const rest = `${query}\nhost:${host}\n\nhost\n${UNSIGNED}`;
  const beginning = [ALGORITHM, date, place, ''].join('\n');
  return path => {
    const request = sha256(`${method}\n${path}\n${rest}`);
    return `${query}&X-Amz-Signature=${hmac(key, beginning + request).toString('hex')}`;
  };
}
