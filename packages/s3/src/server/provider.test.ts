import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Emulator, type S3Role, startS3 } from '@mooring/emulators/s3';
import type { Guard } from '@mooring/storage/server';
import { createGuard, ProviderError, signOne, systemClock } from '@mooring/storage/server';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { markerKeyOf } from '../kind/ownership.ts';
import { policyFor } from '../setup/policy.ts';
import { keysOf, locationIn, openS3 } from './testing.ts';

const ROLE = 'arn:aws:iam::444455556666:role/Reader';
const TOKEN = 'mooring-workspace-one';

describe('on an emulator', () => {
  let storage: S3Emulator;
  let guard: Guard;
  beforeAll(async () => {
    storage = await startS3();
    guard = createGuard({ allowPrivate: true });
    for (const key of ['raw/a.txt', 'raw/.b.txt', 'other/c.txt']) storage.put(key, key);
  });
  afterAll(async () => {
    await guard.close();
    await storage.stop();
  });
  beforeEach(() => {
    storage.settings.faults = [];
    storage.settings.aheadMs = 0;
    storage.settings.requesterPays = false;
    storage.requests.length = 0;
  });
  const open = (options: Partial<Parameters<typeof openS3>[2]> = {}) =>
    openS3(storage, guard, { credential: keysOf(storage), ...options });
  const keys = async (provider = open(), prefix = '') =>
    Array.from((await provider.list('media', { prefix })).objects, ({ key }) => key);

  describe('a role', () => {
    const openRole = (options: Parameters<typeof open>[0] = {}) =>
      open({
        credential: { kind: 's3-role', roleArn: ROLE },
        ownershipTokens: [TOKEN],
        location: { prefix: 'raw/' },
        installation: {
          principal: { keys: { ...storage.user }, arn: storage.user.arn },
          webIdentityTokenFile: null,
          stsEndpoint: storage.endpoint,
        },
        ...options,
      });
    const trust = (externalId: string | null) =>
      storage.accounts.roles.splice(0, 1, { arn: ROLE, principalArn: storage.user.arn, externalId });
    const isOwned = () => openRole().ownerMarks[0]!.names('media');

    test('is wanted where it asks for the external id of the workspace', async () => {
      trust(TOKEN);
      expect(await isOwned()).toBe(true);
    });

    test('is refused where it can be assumed without an external id', async () => {
      trust(null);
      expect(await isOwned()).toBe(false);
    });

    test('is refused where it asks for that of another workspace', async () => {
      trust('mooring-workspace-two');
      expect(await isOwned()).toBe(false);
      await expect(keys(openRole(), 'raw/')).rejects.toMatchObject({
        kind: 'unauthenticated',
        mayPassSoon: true,
      });
    });

    test('reads the bucket below the prefix and nothing else, also where the role may do more', async () => {
      trust(TOKEN);
      const provider = openRole();
      expect(await keys(provider, 'raw/')).toEqual(['raw/.b.txt', 'raw/a.txt']);
      await expect(keys(provider)).rejects.toMatchObject({ kind: 'forbidden' });
      await expect(provider.reader!.head('media', 'other/c.txt')).rejects.toMatchObject({
        kind: 'forbidden',
      });
      const { url, expiresAt } = await signOne(provider.signer!, {
        ...{ container: 'media', key: 'raw/a.txt', now: new Date(), seconds: 86_400 },
      });
      expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
      expect(await (await request(url)).body.text()).toBe('raw/a.txt');
      expect(storage.requests.filter(line => line.startsWith('POST /'))).toHaveLength(1);
    });

    test('reads below a prefix in any script', async () => {
      trust(TOKEN);
      storage.put('写真/😀/a.jpg', 'a');
      const provider = openRole({ location: { prefix: '写真/😀/' } });
      expect(await keys(provider, '写真/😀/')).toEqual(['写真/😀/a.jpg']);
      storage.remove('写真/😀/a.jpg');
    });

    test('gets a new session before the old one ends', async () => {
      trust(TOKEN);
      let now = Date.now();
      const provider = openRole({ clock: { now: () => new Date(now) } });
      await keys(provider, 'raw/');
      now += 41 * 60_000;
      storage.settings.aheadMs = 41 * 60_000;
      await keys(provider, 'raw/');
      expect(storage.requests.filter(line => line.startsWith('POST /'))).toHaveLength(2);
    });
  });

  test('a role with web identity is wanted by a marker, also by one of an older key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-token-'));
    const webIdentityTokenFile = join(folder, 'token');
    await writeFile(webIdentityTokenFile, 'the token\n');
    const location = locationIn(storage, { prefix: 'raw/' });
    const [marker, policy] = [
      markerKeyOf(TOKEN),
      policyFor({ location, renditionPrefix: null, markerKeys: [markerKeyOf(TOKEN)] }),
    ];
    storage.accounts.roles.push({
      ...{ arn: `${ROLE}Web`, principalArn: 'the token', externalId: null },
      policy: policy as S3Role['policy'] & object,
    });
    const provider = open({
      location,
      credential: { kind: 's3-web-identity', roleArn: `${ROLE}Web` },
      ownershipTokens: ['mooring-of-the-new-key', TOKEN],
      installation: { principal: null, webIdentityTokenFile, stsEndpoint: storage.endpoint },
    });
    const isOwned = () => provider.ownerMarks[0]!.names('media');
    await expect(isOwned()).rejects.toMatchObject({ kind: 'forbidden' });
    storage.put(marker, '');
    expect(await isOwned()).toBe(true);
    storage.remove(marker);
    await rm(folder, { recursive: true });
  });

  test('the region is asked for without a credential, once, and learned from a refusal', async () => {
    const provider = open();
    await keys(provider);
    await keys(provider);
    expect(storage.requests).toEqual([
      'HEAD /media',
      expect.stringMatching(/^GET/),
      expect.stringMatching(/^GET/),
    ]);
    storage.settings.region = 'us-west-2';
    await keys(provider);
    const wrong = open({ location: { region: 'eu-west-1' } });
    expect(await keys(wrong)).toHaveLength(3);
    storage.settings.region = 'eu-central-1';
  });

  test('a redirect is never followed, wherever it leads', async () => {
    const answer = {
      status: 307,
      code: 'TemporaryRedirect',
      headers: { location: 'http://127.0.0.1:9/media' },
    };
    storage.settings.faults = [{ request: /^GET/, answer }];
    await expect(keys()).rejects.toMatchObject({ name: 'ProviderError', status: 307 });
    storage.settings.faults = [
      {
        request: /^HEAD/,
        answer: { status: 403, code: 'x', headers: { 'x-amz-bucket-region': 'evil.example/' } },
      },
    ];
    await expect(keys()).resolves.toHaveLength(3);
  });

  test('a bucket whose requester pays is read by those who say so', async () => {
    storage.settings.requesterPays = true;
    await expect(keys()).rejects.toMatchObject({ kind: 'forbidden' });
    const payer = open({ location: { payer: 'requester' } });
    expect(await keys(payer)).toHaveLength(3);
    const { url } = await signOne(payer.signer!, {
      container: 'media',
      key: 'raw/a.txt',
      now: new Date(),
      seconds: 60,
    });
    expect((await request(url)).statusCode).toBe(200);
  });

  test('URLs for browsers name the endpoint for browsers', async () => {
    const { signer } = open({
      location: { browserEndpoint: 'https://media.example', region: 'eu-central-1' },
    });
    const { url } = await signOne(signer!, { container: 'media', key: 'a b', now: new Date(), seconds: 60 });
    expect(url).toMatch(/^https:\/\/media\.example\/media\/a%20b\?X-Amz-Algorithm=/);
  });

  test('a store that does not know start-after is caught', async () => {
    storage.settings.ignoresStartAfter = true;
    await expect(open().list('media', { startAfter: 'p' })).rejects.toMatchObject({ kind: 'invalid' });
    storage.settings.ignoresStartAfter = false;
  });

  test.each<[status: number, code: string, kind: string, message: RegExp]>([
    [403, 'InvalidAccessKeyId', 'unauthenticated', /does not know the access key/],
    [403, 'SignatureDoesNotMatch', 'unauthenticated', /does not accept the signature/],
    [400, 'ExpiredToken', 'unauthenticated', /has ended/],
    [400, 'InvalidToken', 'unauthenticated', /session token/],
    [403, 'RequestTimeTooSkewed', 'unauthenticated', /15 minutes/],
    [403, 'AccessDenied', 'forbidden', /may not list the bucket “media”/],
    [403, 'AllAccessDisabled', 'forbidden', /switched off/],
    [404, 'NoSuchBucket', 'not-found', /no bucket “media”/],
    [503, 'SlowDown', 'throttled', /fewer requests/],
    [500, 'InternalError', 'unexpected', /could not list/],
    [500, 'constructor', 'unexpected', /could not list/],
    [501, 'NotImplemented', 'invalid', /does not know how/],
  ])('status %i, %s is %s', async (status, code, kind, message) => {
    storage.settings.faults = [{ request: /^GET/, answer: { status, code } }];
    const error = await keys().catch(thrown => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ kind, status, serviceCode: code, fix: expect.stringMatching(/\w.*\.$/) });
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.fix}`).not.toContain(storage.user.secretAccessKey);
  });

  test('an archived object is read once it is restored', async () => {
    storage.put('cold/a', 'a', { storageClass: 'GLACIER' });
    storage.put('cold/b', 'b', { storageClass: 'GLACIER', restored: true });
    const { reader } = open();
    await expect(reader!.readRange('media', 'cold/a')).rejects.toMatchObject({ kind: 'archived' });
    const { body } = await reader!.readRange('media', 'cold/b');
    expect((await body.toArray()).join('')).toBe('b');
    for (const key of ['cold/a', 'cold/b']) storage.remove(key);
  });

  test('temporary keys work until they end', async () => {
    const { accessKeyId, secretAccessKey, sessionToken, endsAt } = storage.accounts.startSession(
      [undefined],
      Date.now() + 600_000,
    );
    const credential = { kind: 's3-temporary-keys', accessKeyId, secretAccessKey, sessionToken } as const;
    const expiresAt = new Date(Math.floor(endsAt / 1000) * 1000);
    const provider = open({
      credential: { ...credential, expiresAt: expiresAt.toISOString() },
      clock: systemClock,
    });
    expect(await keys(provider)).toHaveLength(3);
    const signed = await signOne(provider.signer!, {
      container: 'media',
      key: 'raw/a.txt',
      now: new Date(),
      seconds: 3600,
    });
    expect(signed.expiresAt).toEqual(expiresAt);
    expect((await request(signed.url)).statusCode).toBe(200);
    const garbled = open({ credential: { ...credential, sessionToken: `${sessionToken}x` } });
    await expect(keys(garbled)).rejects.toMatchObject({
      kind: 'unauthenticated',
      serviceCode: 'InvalidToken',
    });
  });
});
