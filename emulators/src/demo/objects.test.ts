import { expect, test } from 'vitest';
import { startStorage } from '../storage.ts';
import { demoObjects } from './objects.ts';

test('the demo has what breaks naive code, and each key once', async () => {
  const objects = await demoObjects();
  const keys = objects.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(objects.length).toBeGreaterThanOrEqual(60);
  expect(keys.filter(key => key.length === 900)).toHaveLength(1);
  const normalised = new Set(keys.map(key => key.normalize('NFC')));
  expect(keys.length - normalised.size).toBe(1);
  expect(objects.filter(({ placeholder }) => placeholder).map(({ key }) => key)).toEqual([
    'documents/',
    'photos/nature',
  ]);
  for (const { placeholder, body, key } of objects)
    expect([key, body.length > 0]).toEqual([key, !placeholder && key !== 'documents/empty.txt']);
  const bytes = objects.reduce((sum, { body }) => sum + body.length, 0);
  expect(bytes).toBeLessThan(3_000_000);
});

test('the storage takes them all and lists their keys unchanged', async () => {
  const storage = await startStorage();
  const objects = await demoObjects();
  await Promise.all(objects.map(storage.put));
  storage.certificates.trust();
  const answer = await fetch(`${storage.endpoint}/media?restype=container&comp=list&${storage.sas()}`, {
    headers: { 'x-ms-version': '2025-11-05' },
  });
  const names = [...(await answer.text()).matchAll(/<Name>([^<]*)<\/Name>/g)].map(match => match[1]!);
  const plain = names.map(name =>
    name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
  expect(plain.sort()).toEqual(objects.map(({ key }) => key).sort());
  await storage.stop();
});
