import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withDeadline } from './deadline.ts';

const limits = { seconds: 0.05, host: 'acme.example' };

test('lets an answer that came in time be used for as long as it takes', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const caller = new AbortController();
  const signal = await withDeadline(caller.signal, limits, async signal => signal);
  vi.advanceTimersByTime(2 * limits.seconds * 1000);
  expect(signal.aborted).toBe(false);
  caller.abort(new Error('enough'));
  expect(signal.aborted).toBe(true);
});

test.each([
  ['heeds its signal', (signal: AbortSignal) => sleep(5000, undefined, { signal })],
  ['does not', () => new Promise<void>(() => {})],
])('says that time is over, whether what runs %s', async (_, run) => {
  await expect(withDeadline(undefined, limits, run)).rejects.toMatchObject({
    name: 'ProviderError',
    kind: 'unreachable',
    message: 'acme.example did not answer within 0.05 seconds.',
  });
});

test('passes the caller’s abort on, and its reason back', async () => {
  const caller = new AbortController();
  const reason = new Error('enough');
  const running = withDeadline(caller.signal, { ...limits, seconds: 60 }, signal =>
    sleep(5000, undefined, { signal }),
  );
  caller.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(withDeadline(caller.signal, limits, async () => {})).rejects.toBe(reason);
});

test('passes on what goes wrong before', async () => {
  const failure = new TypeError('a defect');
  await expect(withDeadline(undefined, limits, () => Promise.reject(failure))).rejects.toBe(failure);
});

test('keeps no answer while the caller’s signal lives on', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const caller = new AbortController();
  const answers: WeakRef<object>[] = [];
  for (let call = 0; call < 20; call++)
    answers.push(new WeakRef(await withDeadline(caller.signal, limits, async () => ({ call }))));
  await sleep(10);
  collect();
  expect(answers.filter(answer => answer.deref() !== undefined)).toHaveLength(0);
  expect(caller.signal.aborted).toBe(false);
});
