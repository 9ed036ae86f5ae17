import { type Attack, answerOf, must } from '../attack.ts';
import { serving } from '../objects.ts';

const MB = 1024 * 1024;

const eventOf = (key: string) => ({
  id: '1',
  subject: `/blobServices/default/containers/media/blobs/${key}`,
  eventType: 'Microsoft.Storage.BlobCreated',
  eventTime: '2026-11-22T01:10:00Z',
  data: { contentLength: 2 ** 60, eTag: '0x1', sequencer: '1' },
});

/** Bodies for a webhook of events. `expected` is of the status and the problem of each answer. */
const posts = (name: string, bodies: () => string[], expected: RegExp): Attack => ({
  name,
  quick: true,
  async run(target) {
    const { id: sourceId } = await target.attach(serving(() => new Map()));
    const feed = await target.client.call('createFeed', {
      params: { sourceId },
      body: { kind: 'event-grid' },
    });
    const { pathname, search } = new URL(feed.webhookUrl!);
    const asks = bodies().map(body =>
      fetch(target.url + pathname + search, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    );
    for (const answer of await Promise.all(asks)) {
      const seen = await answerOf(answer);
      must(expected.test(seen), `answers ${seen}; expected ${expected}`);
    }
    await target.client.call('deleteFeed', { params: { sourceId, feedId: feed.id } });
  },
});

export const events: Attack[] = [
  posts('events of 1 MB of [', () => Array(10).fill('['.repeat(MB - 10)), /^400 The body nests/),
  posts(
    '3,000 events in one body, 10 times',
    () => Array(10).fill(JSON.stringify(Array.from({ length: 3000 }, (_, at) => eventOf(`${at}`)))),
    /^200 $/,
  ),
  posts(
    'events of keys of 20,000 slashes',
    () => [JSON.stringify(Array(40).fill(eventOf('/'.repeat(20_000))))],
    /^200 $/,
  ),
  posts(
    'events that hold nothing',
    () => [JSON.stringify(Array(200_000).fill(0)), JSON.stringify(Array(200_000).fill({}))],
    /^200 $/,
  ),
];
