import { setImmediate as turn } from 'node:timers/promises';
import { AnonymousCredential, newPipeline, type UserDelegationKey } from '@azure/storage-blob';
import { type ErrorKind, ProviderError } from '@mooring/storage/server';
import { describe, expect, test } from 'vitest';
import type { AzureCalls } from './calls.ts';
import { createDelegationKeys } from './delegation-key.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-22T01:10:00Z');

/** Keys whose requests are answered here, with a clock that the test moves. */
function setUp() {
  let now = START;
  let failure: ProviderError | null = null;
  let requests = 0;
  const answer = async (): Promise<UserDelegationKey> => {
    requests += 1;
    await turn(); // so that requests overlap
    if (failure) throw failure;
    return {
      signedObjectId: 'object',
      signedTenantId: 'tenant',
      signedStartsOn: new Date(now),
      signedExpiresOn: new Date(now + 7 * DAY_MS - 3_600_000),
      signedService: 'b',
      signedVersion: '2025-11-05',
      value: Buffer.from(`key ${requests}`).toString('base64'),
    };
  };
  const keys = createDelegationKeys(
    { account: 'acme', endpoint: 'https://acme.blob.core.windows.net' },
    newPipeline(new AnonymousCredential()),
    { call: answer as unknown as AzureCalls, clock: { now: () => new Date(now) } },
  );
  return {
    keys,
    requests: () => requests,
    pass: (ms: number) => {
      now += ms;
    },
    fail: (kind: ErrorKind | null) => {
      failure = kind && new ProviderError(kind, `It is ${kind}.`, { fix: 'Wait.' });
    },
  };
}

describe('the delegation key', () => {
  test('is asked for once however many want it', async () => {
    const { keys, requests } = setUp();
    const got = await Promise.all(Array.from({ length: 100 }, () => keys.get()));
    expect(new Set(got.map(({ value }) => value.value)).size).toBe(1);
    await keys.get();
    expect(requests()).toBe(1);
  });

  test('is replaced while it still covers the longest URL', async () => {
    const { keys, requests, pass } = setUp();
    for (let hour = 0; hour < 24 * 10; hour++) {
      const { endsAt } = await keys.get();
      const leftMs = endsAt.getTime() - (START + hour * 3_600_000);
      expect(leftMs).toBeGreaterThan(6 * DAY_MS);
      pass(3_600_000);
    }
    expect(requests()).toBe(12);
  });

  test('goes on being used while a new one cannot be had for now', async () => {
    const { keys, pass, fail } = setUp();
    const first = await keys.get();
    pass(DAY_MS);
    fail('unreachable');
    expect((await keys.get()).value).toBe(first.value);
    pass(6 * DAY_MS);
    await expect(keys.get()).rejects.toMatchObject({ kind: 'unreachable' });
    fail(null);
    expect((await keys.get()).value).not.toBe(first.value);
  });

  test('is not used on when the storage says no, or when it was forgotten', async () => {
    const { keys, requests, pass, fail } = setUp();
    await keys.get();
    keys.forget();
    await keys.get();
    expect(requests()).toBe(2);
    pass(DAY_MS);
    fail('forbidden');
    await expect(keys.get()).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
