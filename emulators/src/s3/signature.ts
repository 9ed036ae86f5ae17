import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { accessDenied, S3Failure } from './errors.ts';

// Checks signatures as the documents describe them, and not as Mooring makes them.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html

/** What a request says of who has signed it. */
export interface Signed {
  accessKeyId: string;
  region: string;
  sessionToken: string | null;
  /** Compares the signature with that of a secret. */
  matches(secret: string): boolean;
}

export interface Received {
  request: IncomingMessage;
  /** As it came, percent-encoded. */
  rawPath: string;
  rawQuery: string;
  body: Buffer;
  now: number;
}

const SKEW_MS = 15 * 60_000;
const LONGEST_SECONDS = 604_800;

/** Null where nothing signs the request. @throws S3Failure */
export function readSignature(received: Received): Signed | null {
  const query = new URLSearchParams(received.rawQuery.replaceAll('+', '%2B'));
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')) return readUrl(received, query);
  const header = received.request.headers.authorization;
  return header === undefined ? null : readHeader(received, header);
}

function readHeader(received: Received, header: string): Signed {
  const [, credential, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ??
    [];
  if (!credential || !names || !signature)
    throw new S3Failure(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  const { headers } = received.request;
  const date = String(headers['x-amz-date'] ?? '');
  const at = dateOf(date);
  if (Math.abs(received.now - at) > SKEW_MS)
    throw new S3Failure(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  const unsigned = Object.keys(headers).find(
    name => name.startsWith('x-amz-') && !names.split(';').includes(name),
  );
  if (unsigned)
    throw accessDenied(`There were headers present in the request which were not signed: ${unsigned}`);
  const payload = String(headers['x-amz-content-sha256'] ?? '');
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(received.body))
    throw new S3Failure(
      400,
      'XAmzContentSHA256Mismatch',
      'The provided x-amz-content-sha256 header does not match what was computed.',
    );
  return signedBy(received, {
    credential,
    names,
    signature,
    date,
    payload,
    query: received.rawQuery,
    sessionToken: headers['x-amz-security-token'],
  });
}

function readUrl(received: Received, query: URLSearchParams): Signed {
  const get = (name: string) => query.get(name) ?? '';
  const seconds = Number(get('X-Amz-Expires'));
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS))
    throw new S3Failure(
      400,
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  const date = get('X-Amz-Date');
  const at = dateOf(date);
  if (at - received.now > SKEW_MS) throw accessDenied('Request is not yet valid');
  if (received.now >= at + seconds * 1000) throw accessDenied('Request has expired');
  const unsigned = Object.keys(received.request.headers).find(name => name.startsWith('x-amz-'));
  if (unsigned)
    throw accessDenied(`There were headers present in the request which were not signed: ${unsigned}`);
  return signedBy(received, {
    credential: get('X-Amz-Credential'),
    names: get('X-Amz-SignedHeaders'),
    signature: get('X-Amz-Signature'),
    date,
    payload: 'UNSIGNED-PAYLOAD',
    query: received.rawQuery
      .split('&')
      .filter(part => !part.startsWith('X-Amz-Signature='))
      .join('&'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
  });
}

function signedBy(
  { request, rawPath }: Received,
  of: {
    credential: string;
    names: string;
    signature: string;
    date: string;
    payload: string;
    query: string;
    sessionToken: string | string[] | undefined;
  },
): Signed {
  const parts = of.credential.split('/');
  const [day = '', region = '', service = ''] = parts.slice(-4, -1);
  const headers = of.names
    .split(';')
    .map(name => `${name}:${[request.headers[name] ?? ''].flat().join(',').trim().replace(/ +/g, ' ')}\n`)
    .join('');
  // The path is decoded and encoded again, with its slashes: `a%2Fb` and `a/b` are the same key.
  const path = decodeURIComponent(rawPath).split('/').map(encode).join('/');
  const query = of.query
    .split('&')
    .filter(part => part !== '')
    .map(part => (part.includes('=') ? part : `${part}=`))
    .sort()
    .join('&');
  const canonical = [request.method, path, query, headers, of.names, of.payload].join('\n');
  const text = ['AWS4-HMAC-SHA256', of.date, parts.slice(-4).join('/'), sha256(canonical)].join('\n');
  return {
    accessKeyId: parts.slice(0, -4).join('/'),
    region,
    sessionToken: of.sessionToken === undefined ? null : String(of.sessionToken),
    matches(secret) {
      const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
      return hmac(key, text).toString('hex') === of.signature;
    },
  };
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function encode(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** `20261130T172712Z` */
function dateOf(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const at = Date.parse(iso);
  if (Number.isNaN(at)) throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  return at;
}
