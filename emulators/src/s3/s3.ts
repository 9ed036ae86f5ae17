import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Certificates } from '../certificates.ts';
import { startServer } from '../server.ts';
import { Accounts } from './accounts.ts';
import { corsHeaders, preflight, type S3CorsRule } from './cors.ts';
import { accessDenied, errorXml, noSuchBucket, noSuchKey, S3Failure } from './errors.ts';
import { listPage } from './list.ts';
import { Bucket, type PutOptions, type S3Object } from './objects.ts';
import { type Received, readSignature } from './signature.ts';

/** Something that goes wrong, in the place of an answer. */
export interface S3Fault {
  /** The request it is for, such as `GET /bucket/key` or `POST /`; without a query. */
  request: RegExp;
  /** How often; default: always. */
  times?: number;
  answer:
    | {
        status: number;
        code: string;
        message?: string;
        more?: Record<string, string>;
        headers?: Record<string, string>;
      }
    | 'reset';
}

/** What can be changed while it runs. */
export interface S3Settings {
  region: string;
  /** Of the storage's clock, before ours. */
  aheadMs: number;
  /** As stores that do not know it. */
  ignoresStartAfter: boolean;
  requesterPays: boolean;
  /** The account that the buckets belong to. */
  owner: string;
  /** Whether the policy of the bucket lets browsers in, which ask from other addresses. */
  browsersAdmitted: boolean;
  faults: S3Fault[];
}

/**
 * A server that speaks S3 as the documents of Amazon describe it, and as real servers were seen to: signatures with
 * method, region and end, sessions, policies, CORS, archives, AssumeRole also with a token. Every key can be stored.
 * @param accounts who may do what; default: nothing is known but `user`. Servers can share them
 */
export async function startS3({
  certificates = null,
  region = 'eu-central-1',
  buckets = ['media'],
  accounts = new Accounts(),
}: {
  certificates?: Certificates | null;
  region?: string;
  buckets?: readonly string[];
  accounts?: Accounts;
} = {}) {
  const settings: S3Settings = {
    region,
    aheadMs: 0,
    ignoresStartAfter: false,
    requesterPays: false,
    owner: '444455556666',
    browsersAdmitted: true,
    faults: [],
  };
  const user = {
    arn: 'arn:aws:iam::111122223333:user/mooring',
    accessKeyId: 'AKIAMOORINGEXAMPLE00',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  accounts.users.push(user);
  const byName = new Map(buckets.map(name => [name, new Bucket()]));
  const cors = new Map<string, S3CorsRule[]>();
  const requests: string[] = [];
  const bucketOf = (name: string): Bucket => {
    const bucket = byName.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  };

  const server = await startServer(certificates, (request, response) => {
    answer(request, response).catch(error => response.destroy(error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [rawPath = '/', rawQuery = ''] = request.url!.split(/\?(.*)/s);
    const now = Date.now() + settings.aheadMs;
    const line = `${request.method} ${rawPath}`;
    requests.push(request.url!.includes('?') ? `${line}?${rawQuery}` : line);
    response.setHeader('date', new Date(now).toUTCString());
    response.setHeader('server', 'AmazonS3');
    response.setHeader('x-amz-request-id', '4442587FB7D0A2F9');
    try {
      const body = await buffer(request);
      const received: Received = { request, rawPath, rawQuery, body, now };
      if (request.method === 'POST' && rawPath === '/') {
        failAsOrdered(line, response);
        answerSts(received, response);
      } else answerBucket(received, response);
    } catch (error) {
      if (error === RESET) response.destroy();
      else if (!(error instanceof S3Failure)) throw error;
      else {
        const text = errorXml(error);
        response.writeHead(error.status, { 'content-type': 'application/xml' });
        response.end(request.method === 'HEAD' ? undefined : text);
      }
    }
  }

  function failAsOrdered(line: string, response: ServerResponse): void {
    const fault = settings.faults.find(({ request, times = 1 }) => request.test(line) && times > 0);
    if (!fault) return;
    if (fault.times !== undefined) fault.times -= 1;
    if (fault.answer === 'reset') throw RESET;
    const { status, code, message = code, more, headers = {} } = fault.answer;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    throw new S3Failure(status, code, message, more);
  }

  /** Who asks; null: the request does not say. @throws S3Failure */
  function authenticate(received: Received) {
    const signed = readSignature(received);
    if (!signed) return null;
    const who = accounts.authenticate(signed, received.now);
    return { ...who, region: signed.region };
  }

  function answerSts(received: Received, response: ServerResponse): void {
    const query = new URLSearchParams(received.body.toString());
    const isByToken = query.get('Action') === 'AssumeRoleWithWebIdentity';
    const who = isByToken ? { arn: query.get('WebIdentityToken') ?? '' } : authenticate(received);
    if (!who)
      throw new S3Failure(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    response.setHeader('content-type', 'text/xml');
    if (query.get('Action') === 'GetCallerIdentity') {
      response.end(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${who.arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
      return;
    }
    const session = accounts.assume(who.arn, query, received.now);
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.sessionToken}</SessionToken><Expiration>${new Date(session.endsAt).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  }

  function answerBucket(received: Received, response: ServerResponse): void {
    const { request, rawPath } = received;
    const path = decodeURIComponent(rawPath);
    const [, name = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
    const key = rest ?? '';
    const rules = cors.get(name) ?? [];
    if (request.method === 'OPTIONS') {
      for (const [header, value] of Object.entries(preflight(request, rules)))
        response.setHeader(header, value);
      response.writeHead(200).end();
      return;
    }
    for (const [header, value] of Object.entries(corsHeaders(request, rules)))
      response.setHeader(header, value);
    failAsOrdered(`${request.method} ${rawPath}`, response);
    if (!settings.browsersAdmitted && request.headers['sec-fetch-site'] !== undefined) throw accessDenied();
    const isThere = byName.has(name);
    if (isThere && key === '' && request.method === 'HEAD')
      response.setHeader('x-amz-bucket-region', settings.region);
    const who = authenticate(received);
    if (!who) throw isThere ? accessDenied() : noSuchBucket(name);
    if (who.region !== settings.region)
      throw new S3Failure(
        400,
        'AuthorizationHeaderMalformed',
        `The authorization header is malformed; the region '${who.region}' is wrong; expecting '${settings.region}'`,
        { Region: settings.region },
      );
    const bucket = bucketOf(name);
    const query = new URLSearchParams(received.rawQuery);
    const pays = request.headers['x-amz-request-payer'] ?? query.get('x-amz-request-payer');
    if (settings.requesterPays && pays !== 'requester') throw accessDenied();
    const expectedOwner = request.headers['x-amz-expected-bucket-owner'] ?? settings.owner;
    if (expectedOwner !== settings.owner) throw accessDenied();
    const may = (action: string, resource: string, prefix?: string): boolean =>
      who.may({ action, resource: `arn:aws:s3:::${resource}`, ...(prefix !== undefined && { prefix }) });
    if (key === '') {
      const prefix = query.get('prefix') ?? '';
      if (!may('s3:ListBucket', name, prefix)) throw accessDenied();
      const wantsRestore = request.headers['x-amz-optional-object-attributes'] === 'RestoreStatus';
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(listPage(name, bucket, query, { ...settings, wantsRestore }));
      return;
    }
    const place = `${name}/${key}`;
    if (request.method === 'PUT') {
      if (!may('s3:PutObject', place)) throw accessDenied();
      const { etag } = bucket.put(key, received.body, { contentType: request.headers['content-type'] });
      response.writeHead(200, { etag: `"${etag}"` }).end();
    } else if (request.method === 'DELETE') {
      if (!may('s3:DeleteObject', place)) throw accessDenied();
      bucket.remove(key);
      response.writeHead(204).end();
    } else {
      if (!may('s3:GetObject', place)) throw accessDenied();
      const object = bucket.objects.get(key);
      if (!object) throw may('s3:ListBucket', name, key) ? noSuchKey(key) : accessDenied();
      answerObject(request, response, object, query);
    }
  }

  return {
    endpoint: server.origin,
    settings,
    accounts,
    /** Of the owner, who may do everything. */
    user,
    /** Request lines so far, with their queries. */
    requests,
    put: (key: string, body: Buffer | string, options?: PutOptions & { bucket?: string }) =>
      bucketOf(options?.bucket ?? buckets[0]!).put(key, Buffer.from(body), options),
    remove: (key: string, bucket = buckets[0]!) => bucketOf(bucket).remove(key),
    createBucket: (name: string) => void byName.set(name, new Bucket()),
    /** The first rule that fits applies. */
    setCors: (rules: S3CorsRule[], bucket = buckets[0]!) => void cors.set(bucket, rules),
    stop: server.stop,
  };
}
export type S3Emulator = Awaited<ReturnType<typeof startS3>>;

const RESET = Symbol('reset');

function answerObject(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  object: S3Object,
  query: URLSearchParams,
): void {
  const { body, etag, contentType, contentEncoding, modified, storageClass, restored } = object;
  const isArchive = /^(GLACIER|DEEP_ARCHIVE)$/.test(storageClass);
  const about = {
    etag: `"${etag}"`,
    'last-modified': modified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': query.get('response-content-type') ?? contentType,
    ...(contentEncoding !== null && { 'content-encoding': contentEncoding }),
    ...(storageClass !== 'STANDARD' && { 'x-amz-storage-class': storageClass }),
    ...(restored && {
      'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 12 Dec 2036 00:00:00 GMT"',
    }),
  };
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== `"${etag}"`)
    throw new S3Failure(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    );
  if (headers['if-none-match'] === `"${etag}"`) {
    response.writeHead(304, about).end();
    return;
  }
  if (method === 'HEAD') {
    response.writeHead(200, { ...about, 'content-length': body.length }).end();
    return;
  }
  if (isArchive && !restored)
    throw new S3Failure(
      403,
      'InvalidObjectState',
      "The operation is not valid for the object's storage class",
      { StorageClass: storageClass },
    );
  // Several ranges, and what is none, get the whole object.
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  if (!range) {
    response.writeHead(200, { ...about, 'content-length': body.length }).end(body);
    return;
  }
  const start = Number(range[1]);
  if (start >= body.length)
    throw new S3Failure(416, 'InvalidRange', 'The requested range is not satisfiable', {
      ActualObjectSize: String(body.length),
    });
  const end = range[2] === '' ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
  response.writeHead(206, {
    ...about,
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${body.length}`,
  });
  response.end(body.subarray(start, end + 1));
}
