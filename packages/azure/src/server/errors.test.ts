import { readdirSync, readFileSync } from 'node:fs';
import { type ErrorKind, ProviderError } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SAS, startAnswering } from './testing-answers.ts';

/** Bodies that Azure answers with; see the README there. */
const FIXTURES = new URL('../../../../emulators/fixtures/azure-errors/', import.meta.url);
const fixtures = readdirSync(FIXTURES)
  .filter(name => name.endsWith('.xml'))
  .map(name => name.slice(0, -4));
const bodyOf = (fixture: string) => readFileSync(new URL(`${fixture}.xml`, FIXTURES), 'utf8');

/** How each body has to be understood when it comes with this status. */
const CASES: Record<string, { status: number; kind: ErrorKind; says: RegExp; fix: RegExp }> = {
  'account-is-disabled': { status: 403, kind: 'forbidden', says: /“acme” is disabled/, fix: /subscription/ },
  'account-requires-https': { status: 400, kind: 'invalid', says: /plain HTTP/, fix: /https:/ },
  'authentication-failed-expired': {
    status: 403,
    kind: 'unauthenticated',
    says: /expired/,
    fix: /new account SAS/,
  },
  'authentication-failed-expired-no-start': {
    status: 403,
    kind: 'unauthenticated',
    says: /expired/,
    fix: /new account SAS/,
  },
  'authentication-failed-key-expired': {
    status: 403,
    kind: 'unauthenticated',
    says: /expired/,
    fix: /new account SAS/,
  },
  'authentication-failed-not-yet-valid': {
    status: 403,
    kind: 'unauthenticated',
    says: /not valid yet/,
    fix: /new account SAS/,
  },
  'authentication-failed-signature': {
    status: 403,
    kind: 'unauthenticated',
    says: /signature of the SAS token does not match/,
    fix: /another account, was changed, or its key was rotated/,
  },
  'authorization-failure': {
    status: 403,
    kind: 'network-rules',
    says: /from the network in which Mooring runs/,
    fix: /“Networking”/,
  },
  'authorization-permission-mismatch': {
    status: 403,
    kind: 'forbidden',
    says: /SAS token may not list the container “media”/,
    fix: /Read and List/,
  },
  'authorization-protocol-mismatch': {
    status: 403,
    kind: 'forbidden',
    says: /HTTPS only/,
    fix: /new account SAS/,
  },
  'authorization-resource-type-mismatch': {
    status: 403,
    kind: 'forbidden',
    says: /\(srt\)/,
    fix: /Container and Object/,
  },
  'authorization-resource-type-mismatch-extended': {
    status: 403,
    kind: 'forbidden',
    says: /\(srt\)/,
    fix: /Container and Object/,
  },
  'authorization-service-mismatch': { status: 403, kind: 'forbidden', says: /\(ss\)/, fix: /service Blob/ },
  'authorization-source-ip-mismatch': {
    status: 403,
    kind: 'forbidden',
    says: /IP addresses/,
    fix: /new account SAS/,
  },
  'blob-archived': { status: 409, kind: 'archived', says: /archive tier/, fix: /hot, cool or cold/ },
  'blob-not-found': { status: 404, kind: 'not-found', says: /is not there/, fix: /sync/ },
  'condition-not-met': { status: 412, kind: 'changed', says: /ETag/, fix: /again/ },
  'container-being-deleted': { status: 409, kind: 'not-found', says: /being deleted/, fix: /containers/ },
  'container-not-found': {
    status: 404,
    kind: 'not-found',
    says: /no container “media”/,
    fix: /Azure portal/,
  },
  'cors-preflight-failure': { status: 403, kind: 'forbidden', says: /may not/, fix: /./ },
  'internal-error': { status: 500, kind: 'unexpected', says: /failed when asked/, fix: /again/ },
  'invalid-authentication-info-audience': {
    status: 401,
    kind: 'unauthenticated',
    says: /does not trust the tenant/,
    fix: /tenant/,
  },
  'invalid-authentication-info-expired': { status: 401, kind: 'unauthenticated', says: /expired/, fix: /./ },
  'invalid-range': { status: 416, kind: 'range', says: /end of/, fix: /before/ },
  'invalid-xml-node-value': { status: 400, kind: 'invalid', says: /does not understand/, fix: /./ },
  'key-based-authentication-not-permitted': {
    status: 403,
    kind: 'unauthenticated',
    says: /accepts no tokens that are signed with account keys/,
    fix: /app registration/,
  },
  'no-authentication-information': {
    status: 401,
    kind: 'unauthenticated',
    says: /does not accept/,
    fix: /./,
  },
  'operation-timed-out': { status: 500, kind: 'throttled', says: /asks for fewer requests/, fix: /later/ },
  'public-access-not-permitted': { status: 409, kind: 'unauthenticated', says: /does not accept/, fix: /./ },
  'server-busy': { status: 503, kind: 'throttled', says: /asks for fewer requests/, fix: /later/ },
};
const RETRYABLE = new Set<ErrorKind>(['throttled', 'unreachable', 'unexpected']);

describe('an error answer of Azure', () => {
  let answer = { status: 500, body: '', headers: {} as Record<string, string> };
  let storage: Awaited<ReturnType<typeof startAnswering>>;
  beforeAll(async () => {
    storage = await startAnswering((request, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/xml', ...answer.headers });
      response.end(request.method === 'HEAD' ? undefined : answer.body);
    });
  });
  afterAll(() => storage.stop());

  const failureOf = async (call: Promise<unknown>): Promise<ProviderError> => {
    const error = await call.then(
      () => new Error('it succeeded'),
      reason => reason,
    );
    expect(error).toBeInstanceOf(ProviderError);
    return error as ProviderError;
  };

  test('is tried in each recorded form', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(fixtures.toSorted());
  });

  test.each(Object.entries(CASES))('%s', async (fixture, { status, kind, says, fix }) => {
    const body = bodyOf(fixture);
    const code = /<Code>(\w+)</.exec(body)![1]!;
    answer = { status, body, headers: {} };
    const error = await failureOf(storage.provider.list('media'));
    expect(error).toMatchObject({ kind, status, serviceCode: code, retryable: RETRYABLE.has(kind) });
    expect(error.message).toMatch(says);
    expect(error.fix).toMatch(fix);
    const read = await failureOf(storage.reader.readRange('media', 'a.jpg', { range: { start: 0, end: 9 } }));
    expect([read.kind, read.serviceCode]).toEqual([kind, code]);
    // HEAD has no body: only the header names the code.
    answer.headers = { 'x-ms-error-code': code };
    const head = await failureOf(storage.reader.head('media', 'a.jpg'));
    expect(head).toMatchObject({ status, serviceCode: code });
    if (!/<AuthenticationErrorDetail>/.test(body)) expect(head.kind).toBe(kind);
    for (const { message, fix } of [error, read, head]) {
      for (const secret of ['sig=', new URLSearchParams(SAS).get('sig')!])
        expect(message + fix).not.toContain(secret);
    }
  });

  test.each<[number, ErrorKind]>([
    [400, 'invalid'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [412, 'changed'],
    [416, 'range'],
    [429, 'throttled'],
    [500, 'unexpected'],
    [502, 'unexpected'],
    [503, 'throttled'],
  ])('is understood by its status %i where it names no code', async (status, kind) => {
    answer = { status, body: '', headers: { 'x-ms-request-id': '1' } };
    expect(await failureOf(storage.provider.list('media'))).toMatchObject({ kind, status });
  });

  test('is understood by its status where it names a code that is none, but what every object has', async () => {
    answer = { status: 403, body: '', headers: { 'x-ms-error-code': 'constructor', 'x-ms-request-id': '1' } };
    expect(await failureOf(storage.provider.list('media'))).toMatchObject({ kind: 'forbidden', status: 403 });
  });

  test('says how long to wait where Azure does', async () => {
    answer = { status: 503, body: bodyOf('server-busy'), headers: { 'retry-after': '17' } };
    expect((await failureOf(storage.provider.list('media'))).retryAfterSeconds).toBe(17);
  });

  test.each([
    ['text', { status: 200, body: 'hello', headers: { 'content-type': 'text/plain' } }],
    ['a page of a proxy', { status: 200, body: '<html></html>', headers: { 'content-type': 'text/html' } }],
  ])('is distinguished from %s', async (_, nonsense) => {
    answer = nonsense as typeof answer;
    const error = await failureOf(storage.provider.list('media'));
    expect(error.kind).toBe('unexpected');
    expect(error.message).toMatch(/does not answer as Azure Blob storage does/);
  });

  test('is not taken for network rules where the token itself has expired, as Azurite does', async () => {
    const expired = await startAnswering(
      (_, response) => response.writeHead(403).end(bodyOf('authorization-failure')),
      { clock: { now: () => new Date('2099-01-02T00:00:00Z') } },
    );
    expect(await failureOf(expired.provider.list('media'))).toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringMatching(/expired at 2099-01-01/),
    });
    await expired.stop();
  });
});
