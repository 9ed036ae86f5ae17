/**
 * Counts the memory of pages that have come and are still needed: of this process, and of each workspace. Where it is
 * full, listings wait until pages have been written.
 * @param most bytes in all; `mostPerWorkspace`: of one workspace
 */
export function createPageMemory({ most, mostPerWorkspace }: { most: number; mostPerWorkspace: number }) {
  let held = 0;
  const byWorkspace = new Map<string, number>();
  const listeners = new Set<() => void>();

  return {
    isFull: (workspaceId: string): boolean =>
      held >= most || (byWorkspace.get(workspaceId) ?? 0) >= mostPerWorkspace,

    /** So many bytes more, or fewer where it is less than 0. */
    add(workspaceId: string, bytes: number): void {
      if (bytes === 0) return;
      held += bytes;
      const own = (byWorkspace.get(workspaceId) ?? 0) + bytes;
      if (own === 0) byWorkspace.delete(workspaceId);
      else byWorkspace.set(workspaceId, own);
      if (bytes < 0) for (const listener of listeners) listener();
    },

    /** Calls whenever there may be more room. @returns ends that */
    onRoom(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
export type PageMemory = ReturnType<typeof createPageMemory>;
