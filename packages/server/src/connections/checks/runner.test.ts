import { setTimeout as pause } from 'node:timers/promises';
import type { Check, CheckId } from '@mooring/contract';
import type { CheckContext, CheckDefinition, CheckOutcome } from '@mooring/storage/server';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../platform/log.ts';
import { runCheckDefinitions, withDependencies } from './runner.ts';

const NOW = new Date('2026-11-22T01:10:00Z');
const PASSED: CheckOutcome = { status: 'passed', observed: 'seen', expected: 'wanted' };
const FAILED: CheckOutcome = { ...PASSED, status: 'failed', fix: { why: 'w', steps: ['s'], snippets: [] } };
const check = (
  id: CheckId,
  dependsOn: CheckId[],
  run: (context: CheckContext) => Promise<CheckOutcome> | CheckOutcome = () => PASSED,
): CheckDefinition => ({ id, dependsOn, run: async context => run(context) });

function start(
  definitions: CheckDefinition[],
  {
    timeoutSeconds = 3600,
    waitSeconds = 0,
    signal = new AbortController().signal,
    now = () => NOW,
    sleep = undefined as ((ms: number) => Promise<unknown>) | undefined,
    sample = undefined as CheckContext['sample'],
  } = {},
) {
  const changes: Check[] = [];
  const lines: string[] = [];
  const results = runCheckDefinitions(
    definitions,
    { container: 'photos', prefix: 'x/', origins: ['https://a.example'], sample },
    {
      clock: { now },
      log: createLogger({ level: 'info', destination: { write: line => lines.push(line) } }),
      signal,
      timeoutSeconds,
      waitSeconds,
      ...(sleep && { pause: sleep }),
      onCheck: changed => changes.push(changed),
    },
  );
  return { results, changes, lines };
}
const brief = (checks: Check[]) => checks.map(({ id, status }) => `${id} ${status}`);

test('all wait, run after what they depend on, and end in the order given', async () => {
  const { results, changes } = start([
    check('list', ['credential']),
    check('credential', ['dns']),
    check('dns', []),
  ]);
  expect(brief(await results)).toEqual(['list passed', 'credential passed', 'dns passed']);
  expect(brief(changes)).toEqual([
    'list waiting',
    'credential waiting',
    'dns waiting',
    'dns running',
    'dns passed',
    'credential running',
    'credential passed',
    'list running',
    'list passed',
  ]);
  expect((await results)[0]).toEqual({
    id: 'list',
    side: 'server',
    title: 'Listing',
    status: 'passed',
    observed: 'seen',
    expected: 'wanted',
    fix: null,
    dependsOn: ['credential'],
    waitingUntil: null,
    durationMs: expect.any(Number),
    checkedAt: NOW.toISOString(),
  });
});

test('what does not depend on each other runs at the same time', async () => {
  const both = Promise.withResolvers<void>();
  let running = 0;
  const meet = async () => {
    if (++running === 2) both.resolve();
    await both.promise;
    return PASSED;
  };
  await start([check('dns', [], meet), check('clock', [], meet)], {}).results;
  expect(running).toBe(2);
});

test('what depends on a failure, however far, is skipped and names the failure', async () => {
  const { results, changes } = start([
    check('dns', [], () => FAILED),
    check('credential', ['dns']),
    check('list', ['credential']),
    check('clock', []),
  ]);
  expect(brief(await results)).toEqual(['dns failed', 'credential skipped', 'list skipped', 'clock passed']);
  expect((await results)[2]).toMatchObject({
    observed: 'blocked by “Host name”',
    durationMs: null,
    checkedAt: null,
  });
  expect((await results)[0]!.fix).toEqual(FAILED.fix);
  expect(brief(changes)).not.toContain('list running');
});

test('a warning, and a check that skips itself, hold nothing up', async () => {
  const { results } = start([
    check('head', [], () => ({ ...PASSED, status: 'skipped' })),
    check('range', ['head']),
    check('clock', [], () => ({ ...PASSED, status: 'warning' })),
    check('credential', ['clock']),
  ]);
  expect(brief(await results)).toEqual([
    'head skipped',
    'range passed',
    'clock warning',
    'credential passed',
  ]);
});

test('checks tell later ones what they found', async () => {
  const signed = { url: 'https://x', expiresAt: NOW };
  const seen: unknown[] = [];
  await start([
    check('sign', [], context => {
      context.signed = signed;
      return PASSED;
    }),
    check('fetch', ['sign'], context => {
      seen.push(context.signed, context.container, context.prefix, context.origins, context.now());
      return PASSED;
    }),
  ]).results;
  expect(seen).toEqual([signed, 'photos', 'x/', ['https://a.example'], NOW]);
});

test('one that takes too long has failed, and its signal aborts, also where it does not listen', async () => {
  let aborted = false;
  const { results } = start(
    [
      check('dns', [], () => new Promise<never>(() => {})),
      check('clock', [], async ({ signal }) => {
        await pause(5000, null, { signal }).finally(() => {
          aborted = signal.aborted;
        });
        return PASSED;
      }),
    ],
    { timeoutSeconds: 0.03 },
  );
  expect(brief(await results)).toEqual(['dns failed', 'clock failed']);
  expect((await results)[0]!.observed).toBe('There was no result after 0.03 seconds.');
  expect((await results)[0]!.durationMs).toBeGreaterThanOrEqual(29);
  expect(aborted).toBe(true);
});

test('one that throws has failed with an honest sentence, and its cause is in the log', async () => {
  const { results, lines } = start([
    check('dns', [], () => {
      throw new TypeError('x is not a function', { cause: new Error('?sig=abc123') });
    }),
    check('credential', ['dns']),
  ]);
  expect(brief(await results)).toEqual(['dns failed', 'credential skipped']);
  expect((await results)[0]!.observed).toMatch(/^Mooring itself failed during this check/);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ check: 'dns', err: { message: 'x is not a function' } });
  expect(lines[0]).not.toContain('abc123');
});

test('secrets do not get into what was observed', async () => {
  const { results } = start([
    check('fetch', [], () => ({ ...PASSED, observed: 'GET https://x/a?sig=abc123 gave 403' })),
  ]);
  expect((await results)[0]!.observed).toBe('GET https://x/a?sig=[redacted] gave 403');
});

test('an abort ends the run at once, with its reason and without further news', async () => {
  const abort = new AbortController();
  const { results, changes } = start(
    [check('dns', [], () => new Promise<never>(() => {})), check('list', ['dns'])],
    {
      signal: abort.signal,
    },
  );
  await expect.poll(() => brief(changes)).toContain('dns running');
  abort.abort(new Error('enough'));
  await expect(results).rejects.toThrow('enough');
  expect(brief(changes)).toEqual(['dns waiting', 'list waiting', 'dns running']);
  await expect(start([check('dns', [])], { signal: abort.signal }).results).rejects.toThrow('enough');
});

describe('a refusal that a role would end', () => {
  const LATER: CheckOutcome = { ...FAILED, mayPassSoon: true };

  /** A clock that moves only while the runner sleeps. */
  function sleeper() {
    let passedMs = 0;
    const slept: number[] = [];
    const sleep = async (ms: number) => {
      slept.push(ms);
      passedMs += ms;
    };
    return { slept, sleep, now: () => new Date(NOW.getTime() + passedMs) };
  }

  test('is tried again until it passes, and says meanwhile until when', async () => {
    const { slept, sleep, now } = sleeper();
    let tries = 0;
    const { results, changes } = start(
      [check('list', [], () => (++tries < 6 ? LATER : PASSED)), check('head', ['list'])],
      { waitSeconds: 300, now, sleep },
    );
    expect(brief(await results)).toEqual(['list passed', 'head passed']);
    expect(slept).toEqual([2000, 4000, 8000, 15_000, 15_000]);
    const waiting = changes.filter(({ waitingUntil }) => waitingUntil !== null);
    expect(waiting.map(({ id }) => id)).toEqual(Array(5).fill('list'));
    expect(waiting[0]).toMatchObject({
      status: 'running',
      observed: 'seen',
      fix: FAILED.fix,
      waitingUntil: '2026-11-22T01:15:00.000Z',
    });
    expect((await results)[0]!.waitingUntil).toBeNull();
  });

  test('fails at the end of the time, which is counted from the beginning of the run', async () => {
    const { slept, sleep, now } = sleeper();
    const { results } = start([check('list', [], () => LATER), check('head', ['list'])], {
      ...{ waitSeconds: 20, now, sleep },
    });
    expect(brief(await results)).toEqual(['list failed', 'head skipped']);
    expect(slept).toEqual([2000, 4000, 8000, 6000]);
  });

  test('fails at once where waiting is not wanted, and so does any other failure', async () => {
    const { results } = start([check('list', [], () => LATER), check('dns', [], () => FAILED)]);
    expect(brief(await results)).toEqual(['list failed', 'dns failed']);
    const { results: others } = start([check('dns', [], () => FAILED)], { waitSeconds: 300 });
    expect(brief(await others)).toEqual(['dns failed']);
  });

  test('is given up when the run is broken off', async () => {
    const abort = new AbortController();
    const { results, changes } = start([check('list', [], () => LATER)], {
      ...{ waitSeconds: 300, signal: abort.signal },
    });
    const outcome = expect(results).rejects.toThrow('enough');
    await expect.poll(() => changes.at(-1)?.waitingUntil).toEqual(expect.any(String));
    abort.abort(new Error('enough'));
    await outcome;
  });
});

test('some checks are run with what they depend on, however far', () => {
  const all = [check('dns', []), check('tls', ['dns']), check('clock', ['dns']), check('list', ['tls'])];
  const ids = (...only: CheckId[]) => withDependencies(all, only).map(({ id }) => id);
  expect(ids('list')).toEqual(['dns', 'tls', 'list']);
  expect(ids('clock', 'dns')).toEqual(['dns', 'clock']);
  expect(ids('media')).toEqual([]);
});

test('checks can be tried on an object that was chosen', async () => {
  const sample = { key: 'a.jpg' } as CheckContext['sample'];
  const seen: unknown[] = [];
  const look = ({ sample: found }: CheckContext) => {
    seen.push(found?.key);
    return PASSED;
  };
  await start([check('head', ['list'], look)], { sample }).results;
  expect(seen).toEqual(['a.jpg']);
});
