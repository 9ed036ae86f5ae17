import { Agent } from 'undici';
import { describeProvider, type ProviderUnderTest } from '../conformance/describe-provider.ts';
import { RENDITION_PREFIX } from '../conformance/write.ts';
import type { Provider } from '../server/provider.ts';
import { signOne } from '../server/sign.ts';
import { createMemoryProvider, createMemoryStorage } from './index.ts';

type Options = Omit<Parameters<typeof createMemoryProvider>[0], 'storage'>;

const whole = (provider: Provider) => provider;

async function underTest(options: Options, reduce = whole): Promise<ProviderUnderTest> {
  let now = Date.parse('2026-11-22T01:10:00Z');
  const clock = { now: () => new Date(now) };
  const storage = createMemoryStorage({ clock, containers: ['data', 'empty'] });
  const open = (others: Options = {}) => reduce(createMemoryProvider({ storage, ...options, ...others }));
  const provider = open({ renditionPrefix: RENDITION_PREFIX });
  const dispatcher = new Agent();
  return {
    provider,
    container: 'data',
    emptyContainer: 'empty',
    reopen: () => open(),
    withWrongCredential: () => open({ credential: 'wrong' }),
    clientOnly: () => open({ accessMode: 'client-only' }),
    async put(key, body, contentType) {
      now += 1;
      storage.put(key, body, contentType === undefined ? {} : { contentType });
    },
    async remove(key) {
      storage.delete(key);
    },
    async fill(keys) {
      for (const key of keys) storage.put(key, 'small');
    },
    signBriefly: key => signOne(provider.signer!, { container: 'data', key, now: clock.now(), seconds: 2 }),
    async pass(moment) {
      now = Math.max(now, moment.getTime());
    },
    now: clock.now,
    dispatcher,
    async stop() {
      await provider.close();
      await dispatcher.close();
    },
  };
}

describeProvider('memory', () => underTest({}));
describeProvider('memory, with an exclusive lower bound and no content types', () =>
  underTest({ lowerBound: 'exclusive', contentTypes: false }),
);
describeProvider('memory, with as little as a provider can have', () =>
  underTest({}, ({ capabilities, checks, ...provider }) => ({
    ...provider,
    capabilities: {
      ...capabilities,
      list: { ...capabilities.list, ranges: 'none' },
      write: false,
      sign: null,
      signsType: false,
    },
    ...{ signer: null, writer: null },
    checks: checks.filter(({ id }) => !['sign', 'fetch', 'write'].includes(id)),
  })),
);
