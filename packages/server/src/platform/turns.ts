/**
 * Does pieces of work one after the other, the first first, each in a turn of the event loop of its own: what else
 * waits in the process goes on between them.
 */
export function createTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    const work = waiting.shift()!;
    if (waiting.length > 0) setImmediate(next);
    work();
  };
  return work => {
    if (waiting.push(work) === 1) setImmediate(next);
  };
}
