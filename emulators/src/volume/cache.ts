/** Keeps what was used last, up to so many bytes. */
export function createCache<T>(maxBytes: number, bytesOf: (value: T) => number) {
  const values = new Map<string, T>();
  let bytes = 0;
  return {
    get(key: string, make: () => T): T {
      const kept = values.get(key);
      if (kept !== undefined) {
        values.delete(key);
        values.set(key, kept);
        return kept;
      }
      const made = make();
      values.set(key, made);
      bytes += bytesOf(made);
      for (const [oldest, value] of values) {
        if (bytes <= maxBytes) break;
        values.delete(oldest);
        bytes -= bytesOf(value);
      }
      return made;
    },

    clear(): void {
      values.clear();
      bytes = 0;
    },
  };
}
export type Cache<T> = ReturnType<typeof createCache<T>>;
