import { Agent } from 'undici';
import { describeProvider } from '../conformance/describe-provider.ts';
import { RENDITION_PREFIX } from '../conformance/write.ts';
import { createMemoryProvider, createMemoryStorage } from './index.ts';

describeProvider('memory', async () => {
  let now = Date.parse('2026-11-22T01:10:00Z');
  const clock = { now: () => new Date(now) };
  const storage = createMemoryStorage({ clock, containers: ['data', 'empty'] });
  const provider = createMemoryProvider({ storage, renditionPrefix: RENDITION_PREFIX });
  const dispatcher = new Agent();
  return {
    provider,
    container: 'data',
    emptyContainer: 'empty',
    reopen: () => createMemoryProvider({ storage }),
    withWrongCredential: () => createMemoryProvider({ storage, credential: 'wrong' }),
    clientOnly: () => createMemoryProvider({ storage, accessMode: 'client-only' }),
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
    signBriefly: key => provider.signer!.sign('data', key, new Date(now + 2000)),
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
});
