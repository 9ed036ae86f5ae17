import type { ByteSource } from '@mooring/probe';
import type { MakerAnswer, Task } from './maker/messages.ts';
import { Maker } from './maker.ts';

/** Makers that have nothing to do end after this time. */
const IDLE_MS = 60_000;

/**
 * Processes that make thumbnails. They are started when they are needed.
 * @param most how many run at a time
 */
export function createMakers({ most }: { most: number }) {
  const idle: { maker: Maker; timer: NodeJS.Timeout }[] = [];
  const all = new Set<Maker>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  function take(): Maker {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer);
      if (!last.maker.hasEnded) return last.maker;
      all.delete(last.maker);
    }
    const maker = new Maker();
    all.add(maker);
    return maker;
  }

  function giveBack(maker: Maker): void {
    if (maker.hasEnded) {
      all.delete(maker);
      return;
    }
    const timer = setTimeout(() => maker.end(), IDLE_MS).unref();
    idle.push({ maker, timer });
  }

  return {
    /** Makes a thumbnail as soon as a maker is free. Throws as `Maker.run` does. */
    async make(task: Task, source: ByteSource, signal: AbortSignal): Promise<MakerAnswer> {
      if (busy < most) busy++;
      else await new Promise<void>(resolve => waiting.push(resolve));
      try {
        signal.throwIfAborted();
        const maker = take();
        try {
          return await maker.run(task, source, signal);
        } finally {
          giveBack(maker);
        }
      } finally {
        const next = waiting.shift();
        if (next) next();
        else busy--;
      }
    },

    /** Ends all processes. What is under way rejects. */
    close(): void {
      for (const maker of all) maker.end();
    },
  };
}
export type Makers = ReturnType<typeof createMakers>;
