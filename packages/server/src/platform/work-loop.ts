import { setTimeout as timeout } from 'node:timers/promises';
import type { Logger } from './log.ts';

const POLL_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A poll comes up to so much earlier or later, so that many processes do not ask the database at the same moment. */
const JITTER = 0.1;

/** What measures the pauses of a loop; passed in so that tests can move it. */
export interface LoopTime {
  /** Milliseconds since any moment; never goes back. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTime: LoopTime = {
  now: () => performance.now(),
  // Node's timers can end a millisecond early; the loop would then look twice.
  sleep: (ms, signal) => timeout(Math.ceil(ms) + 1, undefined, { signal }).catch(() => {}), // aborted: the pause is over
};

export interface WorkLoopOptions<Work> {
  /** Names the loop in the log. */
  name: string;
  /**
   * Takes at most `room` pieces of work, so that no other process takes them too. It is called again until it takes
   * none. What it throws is logged, and it is called again after a pause that grows.
   */
  take(room: number): Promise<readonly Work[]>;
  /**
   * Does one piece of work.
   * @param stopping aborts when the loop is to stop; what was taken just then gets one that is aborted already
   * @throws anything: it is logged, and the next poll looks for work again; that has to find what is not done
   */
  run(work: Work, stopping: AbortSignal): Promise<void>;
  /** How many pieces of work run at once. */
  atOnce: number;
  /** Begins to call `wake` whenever there may be new work, such as on a notification; returns how to end that. */
  wakeOn?(wake: () => void): () => void;
  /** Called at each poll, also while there is no room for more work. */
  atEachPoll?(): Promise<void>;
  log: Logger;
  /** Default 1000. */
  pollMs?: number;
  time?: LoopTime;
  random?: () => number;
}

/** What runs until it is stopped. */
export interface WorkLoop {
  /** Takes no more work, aborts what runs, and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Takes work from the database and runs it until it is stopped: at once when it is woken or when something that ran
 * has ended, and else about once a second. A wake-up that comes while it looks makes it look again, so none is lost;
 * polls find what was notified while the session was connecting again, and what is due only now.
 */
export function startWorkLoop<Work>(options: WorkLoopOptions<Work>): WorkLoop {
  const { name, take, run, atOnce, log, pollMs = POLL_MS, time = systemTime, random = Math.random } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let pause = new AbortController();
  const wake = () => pause.abort();
  let nextPollAt = time.now();
  /** After work has failed no more is taken until the next poll: it may be the same work. */
  let failed = false;

  async function look(): Promise<void> {
    const isPoll = time.now() >= nextPollAt;
    if (isPoll) {
      failed = false;
      await options.atEachPoll?.();
    }
    while (running.size < atOnce && !failed && !signal.aborted) {
      const taken = await take(atOnce - running.size);
      if (taken.length === 0) break;
      for (const work of taken) begin(work);
    }
    if (isPoll) nextPollAt = time.now() + pollMs * (1 + JITTER * (2 * random() - 1));
  }

  function begin(work: Work): void {
    const ended = run(work, signal).then(
      () => {
        running.delete(ended);
        wake();
      },
      error => {
        running.delete(ended);
        failed = true;
        log.error({ err: error, loop: name }, 'a piece of work failed');
      },
    );
    running.add(ended);
  }

  async function loop(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      pause = new AbortController();
      try {
        await look();
        failures = 0;
        const untilPollMs = Math.max(0, nextPollAt - time.now());
        if (!signal.aborted) await time.sleep(untilPollMs, pause.signal);
      } catch (error) {
        const retryMs = Math.min(pollMs * 2 ** failures++, LONGEST_RETRY_MS);
        log.warn({ err: error, loop: name, retryMs }, 'cannot look for work; trying again');
        await time.sleep(retryMs, signal);
      }
    }
  }

  const unwake = options.wakeOn?.(wake);
  const looping = loop();
  return {
    async stop() {
      unwake?.();
      stopping.abort();
      wake();
      await looping;
      await Promise.all(running);
    },
  };
}
