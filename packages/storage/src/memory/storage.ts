import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveState } from '@mooring/contract';
import { type Clock, systemClock } from '../server/clock.ts';
import { type ErrorKind, ProviderError } from '../server/errors.ts';
import type { StorageObject } from '../server/provider.ts';
import { compareUtf8 } from '../server/utf8-order.ts';

export interface MemoryObject extends StorageObject {
  body: Buffer;
}

interface PutOptions {
  /** Default: the first container. */
  container?: string;
  contentType?: string;
  tier?: string;
  /** Default: `archived` in the tier `Archive`, else `readable`. */
  archiveState?: ArchiveState;
  placeholder?: boolean;
}

/**
 * A storage that exists only in this process. Deterministic: ETags follow from the key, the body and the time of
 * the clock, and listings come in the order of UTF-8 bytes. Faults can be ordered in advance.
 */
export function createMemoryStorage(options: { clock?: Clock; containers?: readonly string[] } = {}) {
  const { clock = systemClock, containers = ['data'] } = options;
  const byContainer = new Map(containers.map(name => [name, new Map<string, MemoryObject>()]));
  const sortedKeys = new Map<string, string[]>();
  const listFaults = new Map<number, ErrorKind>();
  let lists = 0;
  let listDelayMs = 0;
  let allowed = Number.POSITIVE_INFINITY;
  const gate = new EventEmitter().setMaxListeners(0);

  const containerOf = (name: string): Map<string, MemoryObject> => {
    const objects = byContainer.get(name);
    if (objects) return objects;
    throw new ProviderError('not-found', `There is no container “${name}”.`, {
      fix: `There are: ${[...byContainer.keys()].join(', ')}.`,
    });
  };

  return {
    clock,
    containers,

    /** Creates or replaces an object. */
    put(key: string, body: Buffer | string = '', options: PutOptions = {}): MemoryObject {
      const { container = containers[0]!, contentType = 'application/octet-stream', tier = 'Hot' } = options;
      const objects = containerOf(container);
      const bytes = Buffer.from(body);
      const lastModified = clock.now();
      const object: MemoryObject = {
        key,
        etag: createHash('md5').update(`${key}\n${lastModified.getTime()}\n`).update(bytes).digest('hex'),
        sizeBytes: bytes.length,
        contentType,
        tier,
        archiveState: options.archiveState ?? (tier === 'Archive' ? 'archived' : 'readable'),
        lastModified,
        placeholder: options.placeholder ?? (bytes.length === 0 && key.endsWith('/')),
        body: bytes,
      };
      if (!objects.has(key)) sortedKeys.delete(container);
      objects.set(key, object);
      return object;
    },

    /** Deletes an object; whether it was there. */
    delete(key: string, container = containers[0]!): boolean {
      sortedKeys.delete(container);
      return containerOf(container).delete(key);
    },

    /** The objects of a container by key. */
    objects: (container = containers[0]!): ReadonlyMap<string, MemoryObject> => containerOf(container),

    /** Keys in the order of their UTF-8 bytes. */
    sortedKeys(container: string): readonly string[] {
      const keys = sortedKeys.get(container) ?? [...containerOf(container).keys()].sort(compareUtf8);
      sortedKeys.set(container, keys);
      return keys;
    },

    /** Lets the nth listing call from now fail; 1 is the next. */
    failList(nth: number, kind: ErrorKind): void {
      listFaults.set(lists + nth, kind);
    },

    /** Lets every listing call from now take this long. */
    delayLists(ms: number): void {
      listDelayMs = ms;
    },

    /** Lets so many listing calls from now through; those that follow wait until this is called again. */
    allowLists(count: number): void {
      allowed = count;
      gate.emit('open');
    },

    /** Listing calls so far. */
    get listCalls() {
      return lists;
    },

    /** What a provider calls before it lists: the delay, the wait and the failure that were ordered. */
    async beforeList(signal: AbortSignal | undefined): Promise<void> {
      lists += 1;
      const kind = listFaults.get(lists);
      if (listDelayMs > 0)
        await sleep(listDelayMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
      while (allowed < 1) await once(gate, 'open', { signal }).catch(() => signal?.throwIfAborted());
      allowed -= 1;
      if (kind) {
        throw new ProviderError(kind, `The listing failed as ordered: ${kind}.`, { fix: 'Try again.' });
      }
    },
  };
}
export type MemoryStorage = ReturnType<typeof createMemoryStorage>;
