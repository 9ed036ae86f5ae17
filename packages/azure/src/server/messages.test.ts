import { startStorage } from '@mooring/emulators';
import { createGuard } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAzure } from './testing.ts';

const guard = createGuard({ allowPrivate: false });
let storage: Awaited<ReturnType<typeof startStorage>>;
beforeAll(async () => {
  storage = await startStorage();
});
afterAll(async () => {
  await guard.close();
  await storage.stop();
});

describe('the address of messages', () => {
  const addressOf = (queueUrl?: string) => {
    const place = { ...storage, endpoint: 'https://acme.blob.core.windows.net' };
    const { messages } = openAzure(place, guard, { credential: { kind: 'azure-app', ...storage.app } });
    return messages!.address(queueUrl === undefined ? {} : { queueUrl });
  };
  const url = 'https://acme.queue.core.windows.net/mooring-events';

  test.each([
    url,
    `${url}/`,
    `${url}#x`,
    'https://user@ACME.queue.core.windows.net:443//mooring-events/#top',
  ])('is one for %s: two readers of one queue would each get a part', typed => {
    expect(addressOf(typed)).toEqual({ ok: true, value: { queueUrl: url } });
  });

  test.each([
    [undefined, /not the URL of a queue/],
    ['nonsense', /not the URL of a queue/],
    [`${url}?sig=x`, /carries a token/],
    ['https://other.queue.core.windows.net/mooring-events', /begins with https:\/\/acme\.queue/],
    ['https://acme.queue.core.windows.net/UPPER', /lower-case/],
  ])('is none in %s', (typed, message) => {
    expect(addressOf(typed)).toMatchObject({
      ok: false,
      field: 'queueUrl',
      message: expect.stringMatching(message),
    });
  });
});
