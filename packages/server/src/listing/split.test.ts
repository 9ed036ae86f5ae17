import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { expect, test } from 'vitest';
import { createGate } from './gate.ts';
import { findSplits, inAnyOrder } from './split.ts';

test('bounds follow one another in every order that a storage may list in', () => {
  expect(inAnyOrder('', ['a-b/', 'a/', 'a/x', 'b'])).toEqual(['a-b/', 'b']);
  expect(inAnyOrder('a-z', ['a/x', 'b'])).toEqual(['b']);
  expect(inAnyOrder('', ['\uffee', '\u{1f600}', '\u{1f601}'])).toEqual(['\uffee']);
});

test('a listing is divided at directories whose order is certain', async () => {
  const storage = createMemoryStorage();
  for (const key of ['d/1', 'x-1/1', 'x/1', 'y/1', 'z']) storage.put(key, '');
  const splits = (end: string | null) =>
    findSplits(createMemoryProvider({ storage }), {
      container: 'data',
      prefix: '',
      listed: ['d/1'],
      end,
      pieces: 32,
      signal: new AbortController().signal,
      gate: createGate(),
    });
  expect(await splits(null)).toEqual(['x-1/', 'y/']);
  expect((await splits('x/1')).filter(key => key.startsWith('x'))).toEqual([]);
});

test('a listing without directories is divided by characters like those that were listed', async () => {
  const storage = createMemoryStorage();
  for (let index = 0; index < 2000; index++) storage.put(`frame-${String(index).padStart(4, '0')}.jpg`, '');
  const listed = [...storage.objects().keys()].slice(0, 100);
  const split = (options: { end: string | null; pieces: number }) =>
    findSplits(createMemoryProvider({ storage }), {
      container: 'data',
      prefix: '',
      listed,
      signal: new AbortController().signal,
      gate: createGate(),
      ...options,
    });
  const last = listed.at(-1)!;
  const bounds = await split({ end: null, pieces: 32 });
  expect(bounds.length).toBeGreaterThan(8);
  expect(bounds.length).toBeLessThan(32);
  expect(bounds).toEqual(bounds.toSorted());
  expect(bounds.every(bound => bound > last)).toBe(true);
  const pieces = [last, ...bounds, '~'].map(
    (from, at, all) =>
      [...storage.objects().keys()].filter(key => key > from && key <= (all[at + 1] ?? '')).length,
  );
  expect(Math.max(...pieces)).toBeLessThanOrEqual(1000);
  expect((await split({ end: 'frame-05', pieces: 32 })).every(bound => bound < 'frame-05')).toBe(true);
  expect(await split({ end: last, pieces: 32 })).toEqual([]);
});
