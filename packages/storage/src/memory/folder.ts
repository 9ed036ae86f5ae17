import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { systemClock } from '../server/clock.ts';
import { createMemoryStorage, type MemoryStorage } from './storage.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = { '.png': 'image/png', '.txt': 'text/plain' };

/**
 * A memory storage that holds what is in a folder at each look, so that several processes have the same one. Its
 * folders are the containers, and the files below them are the objects: their keys are their paths.
 */
export function createFolderStorage(folder: string): MemoryStorage {
  let modifiedAt = new Date(0);
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const storage = createMemoryStorage({
    clock: { now: () => modifiedAt },
    containers: entries.filter(entry => entry.isDirectory()).map(({ name }) => name),
  });

  function look(container: string): void {
    for (const gone of storage.objects(container).keys()) storage.delete(gone, container);
    const root = join(folder, container);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const key = path.slice(root.length + 1).replaceAll(sep, '/');
      modifiedAt = statSync(path).mtime;
      const contentType = CONTENT_TYPES[extname(key)] ?? 'application/octet-stream';
      storage.put(key, readFileSync(path), { container, contentType });
    }
  }

  return Object.assign(Object.create(storage) as MemoryStorage, {
    clock: systemClock,
    objects(container = storage.containers[0]!) {
      look(container);
      return storage.objects(container);
    },
  });
}
