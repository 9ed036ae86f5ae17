import type { PageMemory } from '../listing/page-memory.ts';
import { createAllowance } from './page-allowance.ts';

/**
 * Lets requests go ahead while there is room for the objects that they bring. Objects in hand are those that have come
 * and are not being written yet; pages on their way count like those that have come. Where the memory of the workspace
 * is full, too, requests wait; but one goes ahead while nothing of this sync is in hand, which may hold all of it.
 * @param pageSize objects to expect of a page before the first has come
 */
export function createRequestRoom(
  pageSize: number,
  { memory, workspaceId }: { memory: PageMemory; workspaceId: string },
) {
  const allowance = createAllowance();
  let inHand = 0;
  let underWay = 0;
  const come = { objects: 0, pages: 0 };
  /** Requests that wait, with the ids of their ranges. */
  const waiters: { id: number; go: () => void }[] = [];

  const isFull = (): boolean => {
    const perPage = come.pages > 0 ? come.objects / come.pages : pageSize;
    return (
      inHand + underWay * perPage >= allowance.most || (inHand + underWay > 0 && memory.isFull(workspaceId))
    );
  };

  /** The earlier a range, the sooner it is its turn: what lies side by side is quicker to write together. */
  function letGo(): void {
    waiters.sort((one, other) => one.id - other.id);
    while (waiters.length > 0 && !isFull()) {
      underWay++;
      waiters.shift()!.go();
    }
  }

  function enter(id: number, signal: AbortSignal): Promise<void> | void {
    if (signal.aborted || !isFull()) {
      underWay++;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { id, go: resolve };
    const giveUp = () => {
      const place = waiters.indexOf(waiter);
      if (place < 0) return;
      waiters.splice(place, 1);
      underWay++;
      resolve();
    };
    waiters.push(waiter);
    signal.addEventListener('abort', giveUp, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  const stopListening = memory.onRoom(letGo);

  return {
    isFull,
    close: stopListening,

    get inHand(): number {
      return inHand;
    },

    /**
     * Makes the request once there is room.
     * @throws the signal's reason when it aborts
     */
    async through<T>(id: number, request: () => Promise<T>, signal: AbortSignal): Promise<T> {
      await enter(id, signal);
      try {
        signal.throwIfAborted();
        const begun = performance.now();
        const page = await request();
        allowance.came(performance.now() - begun);
        return page;
      } finally {
        underWay--;
        letGo();
      }
    },

    /** A page has come. */
    add(objects: number): void {
      inHand += objects;
      come.objects += objects;
      come.pages++;
    },

    /** So many objects are not in hand any more, because they are being written. */
    write(objects: number): void {
      allowance.took(objects);
      this.drop(objects);
    },

    /** So many objects are not in hand any more. */
    drop(objects: number): void {
      inHand -= objects;
      letGo();
    },
  };
}
