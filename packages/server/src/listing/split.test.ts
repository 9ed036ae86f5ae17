import { expect, test } from 'vitest';
import { createMemoryProvider, createMemoryStorage } from '../providers/memory/index.ts';
import { createGate } from './gate.ts';
import { findSplits, inAnyOrder } from './split.ts';

test('bounds follow one another in every order that a storage may list in', () => {
  expect(inAnyOrder('', ['a-b/', 'a/', 'a/x', 'b'])).toEqual(['a-b/', 'b']);
  expect(inAnyOrder('a-z', ['a/x', 'b'])).toEqual(['b']);
  expect(inAnyOrder('', ['\uffee', '\u{1f600}', '\u{1f601}'])).toEqual(['\uffee']);
});

test('a listing is divided at directories whose order nobody doubts', async () => {
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
