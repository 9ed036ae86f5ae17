// What the provider of S3 says and reads, held against moto, which was not written here.

import { createS3Provider, type S3ProviderOptions } from '@mooring/s3/provider';
import { s3Server } from '@mooring/s3/server';
import { describeProvider } from '@mooring/storage/conformance';
import { createGuard, type Guard, systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMoto } from '../support/moto.ts';

const CREDENTIAL = { kind: 's3-keys', accessKeyId: 'AKIAMOTO00000000', secretAccessKey: 'believed' } as const;
let moto: Awaited<ReturnType<typeof startMoto>>;
let guard: Guard;
beforeAll(async () => {
  moto = await startMoto();
  guard = createGuard({ allowPrivate: true });
});
afterAll(async () => {
  await guard?.close();
  await moto?.stop();
});

const open = (more: Partial<Pick<S3ProviderOptions, 'accessMode'>> = {}) =>
  createS3Provider({
    location: {
      ...{ container: 'media', prefix: '', region: 'us-east-1', endpoint: moto.endpoint, addressing: 'path' },
      ...{ browserEndpoint: '', payer: 'owner', bucketOwner: '' },
    },
    credential: CREDENTIAL,
    accessMode: 'server',
    ...{ guard, clock: systemClock },
    ...more,
  });

/** A request of the owner. moto reads the service from the scope of the signature, and looks at nothing else of it. */
async function ask(
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  {
    body = '',
    service = 's3',
    headers = {},
  }: { body?: Buffer | string; service?: string; headers?: object } = {},
): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await guard.dispatcher.request({
    origin: moto.endpoint,
    path, // as it is: a URL would lose what is before `..`
    method,
    body,
    headers: { authorization, ...headers },
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text;
}
const pathOf = (key: string) => `/media/${key.split('/').map(encodeURIComponent).join('/')}`;
const put = (key: string, body: Buffer | string, contentType?: string) =>
  ask('PUT', pathOf(key), { body, headers: contentType ? { 'content-type': contentType } : {} });

// What moto cannot do is in docs/decisions/0032-s3.md. The other parts of the suite run against the emulator alone.
describeProvider(
  's3 at moto',
  async () => {
    for (const bucket of ['media', 'empty']) await ask('PUT', `/${bucket}`);
    return {
      ...{ provider: open(), container: 'media', emptyContainer: 'empty', reopen: open },
      ...{ withWrongCredential: open, clientOnly: () => open({ accessMode: 'client-only' }) },
      put: async (key, body, contentType) => void (await put(key, body, contentType)),
      remove: async key => void (await ask('DELETE', pathOf(key))),
      async fill(keys) {
        const waiting = keys.values();
        const next = async () => {
          for (const key of waiting) await put(key, 'small');
        };
        await Promise.all(Array.from({ length: 16 }, next));
      },
      signBriefly: () => Promise.reject(new Error('moto does not know when a URL ends.')),
      pass: async () => {},
      now: () => new Date(),
      dispatcher: guard.dispatcher,
      stop: async () => {},
    };
  },
  { parts: ['list', 'keys', 'read'], many: 1001, cannotStore: /\n/ },
);

describe('messages of SQS', () => {
  const control = { hiddenSeconds: 600, signal: new AbortController().signal };
  const sqs = (action: string, fields: object) =>
    ask('POST', '/', {
      service: 'sqs',
      body: JSON.stringify(fields),
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
    }).then(text => (text === '' ? {} : JSON.parse(text)));

  test('tell which objects changed, in their order, with keys of all kinds', async () => {
    const { QueueUrl: url } = await sqs('CreateQueue', { QueueName: 'changes' });
    const { messages, ...provider } = open();
    const address = messages!.address({ queueUrl: `${url}/` });
    if (!address.ok) throw new Error(address.message);
    expect(address.value).toEqual({ queueUrl: url });
    const arn = `arn:aws:sqs:us-east-1:${new URL(url).pathname.split('/')[1]}:changes`;
    await ask('PUT', '/media?notification', {
      body: `<NotificationConfiguration><QueueConfiguration><Id>a</Id><Queue>${arn}</Queue><Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event></QueueConfiguration></NotificationConfiguration>`,
    });
    const keys = ['events/hello? sausage/êé #%20+&=.jpg', 'events/a', 'events/😀..'];
    for (const key of keys) await put(key, 'x');
    await ask('DELETE', pathOf('events/a'));

    const running = await s3Server.open({
      settings: {},
      ...{ guard, signInGuard: guard, clock: systemClock, note: () => {} },
    });
    const seen: { key: string; isGone: boolean }[] = [];
    await expect
      .poll(async () => {
        for (const message of await messages!.receive(address.value, control)) {
          const { changes, malformed } = running.events!.parse(JSON.parse(message.text));
          expect(malformed).toBe(0);
          for (const { container, key, object } of changes) {
            expect(container).toBe('media');
            seen.push({ key, isGone: object?.gone === true });
          }
          await messages!.remove(address.value, message, control.signal);
        }
        return seen.length;
      })
      .toBe(4);
    expect(seen).toEqual(
      expect.arrayContaining([
        ...keys.map(key => ({ key, isGone: false })),
        { key: 'events/a', isGone: true },
      ]),
    );
    // What was removed does not come again, and removing it twice does no harm.
    expect(await messages!.receive(address.value, control)).toEqual([]);
    await provider.close();
  });

  test('say where there is no queue, and go nowhere but to the endpoint', async () => {
    const { messages } = open();
    const missing = { queueUrl: `${moto.endpoint}/123456789012/missing` };
    await expect(messages!.receive(missing, control)).rejects.toMatchObject({
      ...{ name: 'ProviderError', kind: 'not-found', message: expect.stringContaining('There is no queue') },
    });
    for (const queueUrl of [
      'https://sqs.eu-central-1.amazonaws.com/123456789012/changes',
      `${moto.endpoint}/123456789012/changes?X-Amz-Signature=1`,
      `${moto.endpoint}/changes`,
      'no url',
    ])
      expect(messages!.address({ queueUrl })).toMatchObject({ ok: false, field: 'queueUrl' });
  });
});
