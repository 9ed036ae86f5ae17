import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('pieces of work come one after the other, and what else waits has its turn between them', async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  const ended = Promise.withResolvers<void>();
  for (const name of ['a', 'b', 'c']) inTurn(() => done.push(name));
  const look = () => {
    done.push('else');
    if (done.includes('c')) ended.resolve();
    else setImmediate(look);
  };
  setImmediate(look);
  await ended.promise;
  expect(done).toEqual(['a', 'else', 'b', 'else', 'c', 'else']);
});
