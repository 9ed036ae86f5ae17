import { expect, test } from 'vitest';
import { createPageMemory } from './page-memory.ts';

test('is full for a workspace that holds its share, and for all where all of it is held', () => {
  const memory = createPageMemory({ most: 100, mostPerWorkspace: 60 });
  const isFull = () => ['one', 'two', 'three'].map(memory.isFull);
  memory.add('one', 60);
  expect(isFull()).toEqual([true, false, false]);
  memory.add('two', 45);
  expect(isFull()).toEqual([true, true, true]);
  memory.add('two', -45);
  memory.add('one', -1);
  expect(isFull()).toEqual([false, false, false]);
});

test('says when there is more room', () => {
  const memory = createPageMemory({ most: 100, mostPerWorkspace: 60 });
  let calls = 0;
  const stop = memory.onRoom(() => calls++);
  memory.add('one', 60);
  expect(calls).toBe(0);
  memory.add('one', -10);
  expect(calls).toBe(1);
  stop();
  memory.add('one', -10);
  expect(calls).toBe(1);
});
