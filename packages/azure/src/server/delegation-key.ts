import { BlobServiceClient, type Pipeline, type UserDelegationKey } from '@azure/storage-blob';
import type { Clock } from '@mooring/storage/server';
import { CLOCK_TOLERANCE_MS, ProviderError } from '@mooring/storage/server';
import type { AzureCalls } from './calls.ts';
import { type AzureAccount, primaryOf, serviceUrl } from './urls.ts';

const HOUR_MS = 3_600_000;
/** Azure allows seven days; an hour less for clocks that differ. */
const LIFETIME_MS = 7 * 24 * HOUR_MS - HOUR_MS;
/** A key of this age is replaced, so that what is left of it always covers the longest URL. */
const REPLACE_AFTER_MS = 20 * HOUR_MS;

export interface DelegationKey {
  value: UserDelegationKey;
  endsAt: Date;
}

/**
 * The account's user-delegation key: asked for once however many want it, kept, and replaced while it still has
 * days to live. https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
export function createDelegationKeys(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, clock }: { call: AzureCalls; clock: Clock },
) {
  const service = new BlobServiceClient(serviceUrl(primaryOf(account)), pipeline);
  let current: (DelegationKey & { replaceAt: number }) | null = null;
  let pending: Promise<DelegationKey> | null = null;

  const request = async (): Promise<DelegationKey> => {
    const now = clock.now().getTime();
    const startsAt = new Date(now - CLOCK_TOLERANCE_MS);
    const value = await call({ action: 'sign' }, undefined, signal =>
      service.getUserDelegationKey(startsAt, new Date(now + LIFETIME_MS), { abortSignal: signal }),
    );
    current = { value, endsAt: value.signedExpiresOn, replaceAt: now + REPLACE_AFTER_MS };
    return current;
  };

  return {
    /** @throws ProviderError `forbidden` where the app may not have one. */
    async get(): Promise<DelegationKey> {
      const now = clock.now().getTime();
      if (current && now < current.replaceAt) return current;
      pending ??= request().finally(() => {
        pending = null;
      });
      try {
        return await pending;
      } catch (error) {
        const isPassing = error instanceof ProviderError && error.retryable;
        if (isPassing && current && now < current.endsAt.getTime()) return current;
        throw error;
      }
    },

    forget(): void {
      current = null;
    },
  };
}
export type DelegationKeys = ReturnType<typeof createDelegationKeys>;
