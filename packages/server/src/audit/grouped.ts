/** What waits to be written for one owner. */
interface Group<T> {
  items: T[];
  written: PromiseWithResolvers<void>;
}

/**
 * Writes items of one owner together: while a write is under way, others gather, and the next write takes them all. So
 * each item is written before its promise resolves, and however many come, there is one write at a time for an owner.
 */
export function groupWrites<T>(write: (owner: string, items: readonly T[]) => Promise<void>) {
  const gathering = new Map<string, Group<T>>();
  const writing = new Set<string>();

  async function writeAll(owner: string): Promise<void> {
    writing.add(owner);
    for (let group = gathering.get(owner); group; group = gathering.get(owner)) {
      gathering.delete(owner);
      await write(owner, group.items).then(group.written.resolve, group.written.reject);
    }
    writing.delete(owner);
  }

  /** @throws what the write of its group throws */
  return (owner: string, item: T): Promise<void> => {
    const group = gathering.get(owner) ?? { items: [], written: Promise.withResolvers<void>() };
    gathering.set(owner, group);
    group.items.push(item);
    if (!writing.has(owner)) void writeAll(owner);
    return group.written.promise;
  };
}
