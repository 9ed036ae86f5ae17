import type { DemoObject, Storage } from '@mooring/emulators';

/** The storage's container together with what is in it, so that a test can say what a sync has to find. */
export function createContainer(storage: Storage) {
  const objects = new Map<string, DemoObject>();
  return {
    async put(object: Omit<DemoObject, 'placeholder'> & { placeholder?: boolean }): Promise<void> {
      await storage.put(object);
      objects.set(object.key, { placeholder: false, ...object });
    },
    async remove(key: string): Promise<void> {
      await storage.remove(key);
      objects.delete(key);
    },
    get listed(): number {
      return objects.size;
    },
    get placeholders(): number {
      return [...objects.values()].filter(({ placeholder }) => placeholder).length;
    },
    /** What has to become an asset, in the order of the keys' bytes. */
    get assets(): DemoObject[] {
      return [...objects.values()]
        .filter(({ placeholder }) => !placeholder)
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    },
  };
}
export type Container = ReturnType<typeof createContainer>;
