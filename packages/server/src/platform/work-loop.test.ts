import { afterEach, describe, expect, test } from 'vitest';
import { createLogger } from './log.ts';
import { type LoopTime, startWorkLoop, type WorkLoop, type WorkLoopOptions } from './work-loop.ts';

/** Time that stands still until a test moves it. */
function createTime() {
  let now = 0;
  const sleepers = new Set<{ until: number; rise: () => void }>();
  const time: LoopTime = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve();
        const rise = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { until: now + ms, rise };
        sleepers.add(sleeper);
        signal.addEventListener('abort', rise);
      }),
  };
  return {
    time,
    /** How long each sleeper still has to sleep. */
    sleeping: () => [...sleepers].map(({ until }) => until - now),
    pass(ms: number): void {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.rise();
    },
  };
}

describe('a work loop', () => {
  let loop: WorkLoop;
  let clock: ReturnType<typeof createTime>;
  let waiting: string[];
  let wake: () => void;
  let looks: number;
  let held: Map<string, PromiseWithResolvers<void>>;
  const started: string[] = [];
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', destination: { write: line => lines.push(line) } });
  afterEach(() => loop.stop());

  /** A loop over `waiting` whose work runs until the test resolves it in `held`. */
  function start(options: Partial<WorkLoopOptions<string>> = {}, work: string[] = []): void {
    clock = createTime();
    waiting = work;
    looks = 0;
    held = new Map();
    started.length = 0;
    lines.length = 0;
    loop = startWorkLoop<string>({
      name: 'test',
      atOnce: 2,
      async take(room) {
        looks++;
        return waiting.splice(0, room);
      },
      async run(one, stopping) {
        started.push(one);
        const end = Promise.withResolvers<void>();
        held.set(one, end);
        stopping.addEventListener('abort', () => end.resolve());
        await end.promise;
      },
      wakeOn(given) {
        wake = given;
        return () => {};
      },
      log,
      time: clock.time,
      random: () => 0.5,
      ...options,
    });
  }
  const asleep = () => expect.poll(() => clock.sleeping(), { interval: 1 }).not.toEqual([]);

  test('runs so much at once, and the next as soon as one has ended', async () => {
    start({}, ['a', 'b', 'c']);
    await asleep();
    expect(started).toEqual(['a', 'b']);
    held.get('a')!.resolve();
    await expect.poll(() => started, { interval: 1 }).toEqual(['a', 'b', 'c']);
  });

  test('looks again when it is woken, and at each poll', async () => {
    start();
    await asleep();
    waiting.push('woken');
    wake();
    await expect.poll(() => started, { interval: 1 }).toEqual(['woken']);
    await asleep();
    waiting.push('polled');
    clock.pass(999);
    await asleep();
    expect(started).toEqual(['woken']);
    clock.pass(1);
    await expect.poll(() => started, { interval: 1 }).toEqual(['woken', 'polled']);
  });

  test('loses no wake-up that comes while it looks', async () => {
    const reached = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    start({
      async take() {
        if (looks++ > 0) return waiting.splice(0);
        reached.resolve();
        await answer.promise; // it has seen nothing yet
        return [];
      },
    });
    await reached.promise;
    waiting.push('late');
    wake();
    answer.resolve();
    await expect.poll(() => started, { interval: 1 }).toEqual(['late']);
  });

  test('polls at its own moment, so that processes do not ask together', async () => {
    start({ random: () => 0 });
    await asleep();
    expect(clock.sleeping()).toEqual([900]);
    await loop.stop();
    start({ random: () => 1 });
    await asleep();
    expect(clock.sleeping()).toEqual([1100]);
  });

  test('tends to what runs at each poll, though there is no room, and no more often when it is woken', async () => {
    let tended = 0;
    start({ atOnce: 1, atEachPoll: async () => void tended++ }, ['a']);
    await asleep();
    expect(tended).toBe(1);
    wake();
    await asleep();
    expect(tended).toBe(1);
    clock.pass(1000);
    await expect.poll(() => tended, { interval: 1 }).toBe(2);
  });

  test('waits longer after each failure to look, says so, and goes on', async () => {
    let fails = true;
    start({
      async take(room) {
        if (fails) throw new Error('the database is away');
        return waiting.splice(0, room);
      },
    });
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      await asleep();
      expect(clock.sleeping()).toEqual([ms]);
      wake(); // a wake-up does not hurry it
      expect(clock.sleeping()).toEqual([ms]);
      clock.pass(ms);
    }
    expect(lines.join()).toContain('the database is away');
    fails = false;
    waiting.push('a');
    await asleep();
    clock.pass(30_000);
    await expect.poll(() => started, { interval: 1 }).toEqual(['a']);
  });

  test('work that fails is logged, and is looked for again at the next poll', async () => {
    start({
      async run(one) {
        started.push(one);
        waiting.push(one);
        throw new Error('it broke');
      },
    });
    await asleep();
    waiting.push('a');
    wake();
    await expect.poll(() => lines.join(), { interval: 1 }).toContain('it broke');
    await asleep();
    const before = started.length;
    clock.pass(1000);
    await expect.poll(() => started.length, { interval: 1 }).toBeGreaterThan(before);
  });

  test('stops when what runs has ended, and takes nothing more', async () => {
    const aborted: boolean[] = [];
    const end = Promise.withResolvers<void>();
    start(
      {
        async run(one, stopping) {
          started.push(one);
          await end.promise;
          aborted.push(stopping.aborted);
        },
      },
      ['a'],
    );
    await asleep();
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    waiting.push('b');
    wake();
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    end.resolve();
    await stopping;
    expect([started, aborted]).toEqual([['a'], [true]]);
  });
});
