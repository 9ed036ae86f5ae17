import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Provider } from '../server/provider.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

export function describeCredential(get: () => ProviderUnderTest): void {
  describe('a wrong credential', () => {
    let provider: Provider;
    beforeAll(async () => {
      await get().put('credential/a.txt', 'a');
      provider = get().withWrongCredential();
    });
    afterAll(() => provider.close());

    const refused = { name: 'ProviderError', kind: 'unauthenticated', fix: expect.stringMatching(/./) };

    test('lists nothing', async () => {
      await expect(provider.list(get().container)).rejects.toMatchObject(refused);
    });

    test('reads nothing', async () => {
      const { container } = get();
      await expect(provider.reader!.head(container, 'credential/a.txt')).rejects.toMatchObject(refused);
      await expect(provider.reader!.readRange(container, 'credential/a.txt')).rejects.toMatchObject(refused);
    });
  });

  describe('a client-only provider', () => {
    test('has nothing that reads, and no check that does', async () => {
      const provider = get().clientOnly();
      expect(provider.reader).toBeNull();
      expect(provider.capabilities.read).toBe(false);
      const ids = provider.checks.map(({ id }) => id);
      for (const id of ['head', 'range', 'fetch']) expect(ids).not.toContain(id);
      await provider.close();
    });
  });
}
