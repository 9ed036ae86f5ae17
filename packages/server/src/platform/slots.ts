import type { MooringError } from './problem.ts';

/** How many things go on at once, and how many wait in line. */
export interface Room {
  most: number;
  mostWaiting: number;
}

interface Waiting {
  owners: readonly string[];
  enter: () => void;
}

/**
 * Lets a bounded number of things go on at once, and of these only a share for each owner. A bounded number wait in
 * line, for a bounded time. The next one is of the first owner that has the least going on.
 * @param shares for each of the owners of a thing, such as its workspace and its address
 * @param busy what to say where there is no room: all in all, or in the share of the owner at `index`
 */
export function createSlots({
  all,
  shares = [],
  waitMs,
  busy,
}: {
  all: Room;
  shares?: readonly Room[];
  waitMs: number;
  busy: (index: number | null) => MooringError;
}) {
  const waiting = new Set<Waiting>();
  const taken = shares.map(() => new Map<string, number>());
  let takenInAll = 0;

  const takenBy = (owner: string, index: number): number => taken[index]?.get(owner) ?? 0;
  const waitingBy = (owner: string, index: number): number =>
    [...waiting].filter(({ owners }) => owners[index] === owner).length;

  /** What has no room: the index of a share, or `all`; undefined where there is room. */
  function fullFor(owners: readonly string[]): number | null | undefined {
    const share = shares.findIndex(({ most }, index) => takenBy(owners[index]!, index) >= most);
    if (share >= 0) return share;
    return takenInAll >= all.most ? null : undefined;
  }

  function count(owners: readonly string[], by: 1 | -1): void {
    takenInAll += by;
    for (const [index, counts] of taken.entries()) {
      const owner = owners[index]!;
      const now = takenBy(owner, index) + by;
      if (now === 0) counts.delete(owner);
      else counts.set(owner, now);
    }
  }

  function letIn(): void {
    for (;;) {
      const fitting = [...waiting].filter(({ owners }) => fullFor(owners) === undefined);
      const least = Math.min(...fitting.map(({ owners }) => takenBy(owners[0]!, 0)));
      const next = fitting.find(({ owners }) => takenBy(owners[0]!, 0) === least);
      if (!next) return;
      waiting.delete(next);
      next.enter();
    }
  }

  /** Calling what it returns more than once gives back one slot. */
  function occupy(owners: readonly string[]): () => void {
    count(owners, 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      count(owners, -1);
      letIn();
    };
  }

  function fullLine(owners: readonly string[]): number | null | undefined {
    const share = shares.findIndex(
      ({ mostWaiting }, index) => waitingBy(owners[index]!, index) >= mostWaiting,
    );
    if (share >= 0) return share;
    return waiting.size >= all.mostWaiting ? null : undefined;
  }

  /**
   * @param owners one for each share
   * @returns gives the slot back
   * @throws MooringError as `busy` says, where the line is full or the wait too long; the signal's reason
   */
  function take(owners: readonly string[], signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const full = fullFor(owners);
    if (full === undefined) return Promise.resolve(occupy(owners));
    const line = fullLine(owners);
    if (line !== undefined) return Promise.reject(busy(full ?? line));
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(place);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const enter = () => {
        leave();
        resolve(occupy(owners));
      };
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      const place: Waiting = { owners, enter };
      const timer = setTimeout(() => {
        leave();
        reject(busy(fullFor(owners) ?? null));
      }, waitMs);
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.add(place);
    });
  }

  return { take };
}
export type Slots = ReturnType<typeof createSlots>;
