import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { Clock, Guard } from '@mooring/storage/server';
import type { DelegationKeys } from '../delegation-key.ts';
import type { IdentityOffers, TokenCredentialInput } from './offers.ts';
import { openTokens } from './open.ts';

/** An identity in use: its tokens and keys are shared by all that use it. */
export interface IdentityLease {
  /** `getToken` throws ProviderError. */
  tokens: TokenCredential;
  /** The user-delegation keys of an account, made at the first use of it. */
  delegationKeys(endpoint: string, create: () => DelegationKeys): DelegationKeys;
  /** Ends this use. What has no users any more is forgotten at once. */
  release(): void;
}

/**
 * The identities of a process: one credential of the SDK for each, however many connections name it, and one
 * user-delegation key for each of its accounts.
 */
export function createAzureIdentities(options: { offers: IdentityOffers; guard: Guard; clock: Clock }) {
  const tokens = createShelf<TokenCredential>(() => {});
  const keys = createShelf<DelegationKeys>(each => each.forget());

  return {
    offers: options.offers,

    /** @param authorityHost where Microsoft Entra ID issues its tokens */
    lease(input: TokenCredentialInput, authorityHost: string): IdentityLease {
      const identity = createHash('sha256')
        .update(JSON.stringify([input, authorityHost]))
        .digest('base64');
      const own = tokens.take(identity, () => openTokens(input, { ...options, authorityHost }));
      const taken = [own.release];
      return {
        tokens: own.value,
        delegationKeys(endpoint, create) {
          const { value, release } = keys.take(`${identity} ${endpoint}`, create);
          taken.push(release);
          return value;
        },
        release() {
          for (const release of taken.splice(0)) release();
        },
      };
    },
  };
}
export type AzureIdentities = ReturnType<typeof createAzureIdentities>;

/** Values by key. Each is kept as long as it has users. */
function createShelf<T>(discard: (value: T) => void) {
  const entries = new Map<string, { value: T; users: number }>();
  return {
    take(key: string, create: () => T): { value: T; release: () => void } {
      const entry = entries.get(key) ?? { value: create(), users: 0 };
      entry.users += 1;
      entries.set(key, entry);
      return {
        value: entry.value,
        release() {
          entry.users -= 1;
          if (entry.users > 0) return;
          entries.delete(key);
          discard(entry.value);
        },
      };
    },
  };
}
