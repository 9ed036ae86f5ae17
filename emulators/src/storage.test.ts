import { BlobServiceClient } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { startStorage } from './storage.ts';

test.each([
  ['https:', true],
  ['http:', false],
])('the connection string opens the account over %s', async (protocol, secure) => {
  const storage = await startStorage({ secure });
  storage.certificates.trust();
  await storage.put({ key: 'a.txt', body: 'hello' });
  expect(new URL(storage.endpoint).protocol).toBe(protocol);
  const account = BlobServiceClient.fromConnectionString(storage.connectionString);
  const object = account.getContainerClient(storage.container).getBlobClient('a.txt');
  expect((await object.downloadToBuffer()).toString()).toBe('hello');
  await storage.stop();
});
