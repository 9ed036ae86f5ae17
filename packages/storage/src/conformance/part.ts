import { expect, test } from 'vitest';
import type { ProviderUnderTest } from './provider-under-test.ts';

/**
 * Makes tests of a part that a provider may be without. Where it is null, they see that `capabilities` says so too, and
 * have nothing more to try.
 */
export const testOfPart =
  (part: 'signer' | 'writer', get: () => ProviderUnderTest) =>
  (name: string, run: () => Promise<void>): void =>
    test(name, async () => {
      const { provider } = get();
      const { sign, write } = provider.capabilities;
      expect(part === 'signer' ? sign !== null : write).toBe(provider[part] !== null);
      if (provider[part]) await run();
    });
