/** Keeps what was used last, up to so many bytes. */
export function createPageCache(maxBytes: number) {
  const pages = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    get(key: string, make: () => Uint8Array): Uint8Array {
      const kept = pages.get(key);
      if (kept) {
        pages.delete(key);
        pages.set(key, kept);
        return kept;
      }
      const page = make();
      pages.set(key, page);
      bytes += page.length;
      for (const [oldest, { length }] of pages) {
        if (bytes <= maxBytes) break;
        pages.delete(oldest);
        bytes -= length;
      }
      return page;
    },

    clear(): void {
      pages.clear();
      bytes = 0;
    },
  };
}
