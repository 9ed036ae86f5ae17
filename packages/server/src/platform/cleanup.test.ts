import { expect, test } from 'vitest';
import { Cleanup } from './cleanup.ts';

test('everything is undone, the last first, also where some of it fails', async () => {
  const undone: string[] = [];
  const cleanup = new Cleanup();
  cleanup.use({ [Symbol.asyncDispose]: async () => void undone.push('first') });
  cleanup.defer(() => Promise.reject(new Error('no')));
  cleanup.defer(() => undone.push('last'));
  await expect(cleanup.disposeAsync()).rejects.toThrow('no');
  expect(undone).toEqual(['last', 'first']);
});

test('what is handed over is not undone here, and once there', async () => {
  const undone: string[] = [];
  let moved: Cleanup;
  {
    await using cleanup = new Cleanup();
    cleanup.defer(() => undone.push('it'));
    moved = cleanup.move();
  }
  expect(undone).toEqual([]);
  await moved.disposeAsync();
  await moved.disposeAsync();
  expect(undone).toEqual(['it']);
});
