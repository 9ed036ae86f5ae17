import { MooringError } from '../platform/problem.ts';

/** What several requests wait for together. */
interface Making<T> {
  workspaceId: string;
  make(signal: AbortSignal): Promise<T>;
  leaving: AbortController;
  requests: number;
  result: PromiseWithResolvers<T>;
  hasBegun: boolean;
}

/**
 * Lets a bounded number of things be made at once. The newest request goes first, because people look at that now; the
 * workspace for which the least is being made goes before that, and none takes the last place. Requests for the same
 * thing share it. It is given up when no request is left.
 * @param options.places how many are made at once
 * @param options.mostWaiting the oldest that waits gives way to more
 */
export function createMakingQueue<T>({ places, mostWaiting }: { places: number; mostWaiting: number }) {
  /** By their keys; the newest is the last. */
  const makings = new Map<string, Making<T>>();
  const running = new Map<string, number>();
  let busy = 0;
  let waiting = 0;
  const mostOfOne = Math.max(1, places - 1);

  const runningFor = (workspaceId: string): number => running.get(workspaceId) ?? 0;

  function next(): [string, Making<T>] | undefined {
    let found: [string, Making<T>] | undefined;
    for (const entry of makings) {
      const [, { hasBegun, workspaceId }] = entry;
      if (hasBegun || runningFor(workspaceId) >= mostOfOne) continue;
      if (!found || runningFor(workspaceId) <= runningFor(found[1].workspaceId)) found = entry;
    }
    return found;
  }

  function begin(): void {
    while (busy < places) {
      const found = next();
      if (!found) return;
      run(...found);
    }
  }

  async function run(key: string, making: Making<T>): Promise<void> {
    const { workspaceId, result, leaving } = making;
    making.hasBegun = true;
    waiting--;
    busy++;
    running.set(workspaceId, runningFor(workspaceId) + 1);
    try {
      result.resolve(await making.make(leaving.signal));
    } catch (error) {
      result.reject(error);
    } finally {
      if (makings.get(key) === making) makings.delete(key);
      busy--;
      const left = runningFor(workspaceId) - 1;
      if (left > 0) running.set(workspaceId, left);
      else running.delete(workspaceId);
      begin();
    }
  }

  function add(key: string, workspaceId: string, make: Making<T>['make']): Making<T> {
    const making = {
      ...{ workspaceId, make, requests: 0, hasBegun: false },
      leaving: new AbortController(),
      result: Promise.withResolvers<T>(),
    };
    making.result.promise.catch(() => {}); // Each request gets the error; there may be none any more.
    makings.set(key, making);
    waiting++;
    return making;
  }

  /** The oldest of the workspace for which the most waits. */
  function dropOldest(): void {
    const all = [...makings].filter(([, { hasBegun }]) => !hasBegun);
    const waitingFor = Map.groupBy(all, ([, { workspaceId }]) => workspaceId);
    const [oldest] = [...waitingFor.values()].sort((a, b) => b.length - a.length)[0] ?? [];
    if (!oldest) return;
    const [key, making] = oldest;
    makings.delete(key);
    waiting--;
    making.result.reject(busyNow());
  }

  function leave(key: string, making: Making<T>): void {
    making.requests--;
    if (making.requests > 0 || makings.get(key) !== making) return;
    makings.delete(key); // Who asks again begins anew.
    making.leaving.abort(new Error('No request is left.'));
    if (!making.hasBegun) waiting--;
  }

  /**
   * @param key the same for the same thing
   * @param make its signal aborts when no request is left
   * @throws what `make` throws; MooringError `unavailable` where too many wait; the reason of `signal`
   */
  return async (
    { key, workspaceId }: { key: string; workspaceId: string },
    make: Making<T>['make'],
    signal: AbortSignal,
  ): Promise<T> => {
    signal.throwIfAborted();
    const making = makings.get(key) ?? add(key, workspaceId, make);
    making.requests++;
    makings.delete(key);
    makings.set(key, making); // It is the newest again.
    if (waiting > mostWaiting) dropOldest();
    begin();
    const gone = Promise.withResolvers<never>();
    const abort = () => gone.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([making.result.promise, gone.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
      leave(key, making);
    }
  };
}

const busyNow = (): MooringError =>
  new MooringError('unavailable', 'More thumbnails are asked for than the server can make at a time.', {
    fix: 'Try again in a few seconds.',
    retryAfterSeconds: 2,
  });
