import type { Provider, StorageObject } from '@mooring/storage/server';
import { compareUtf8, listFrom, ObjectList, ProviderError } from '@mooring/storage/server';
import type { Gate } from './gate.ts';
import { type RetryOptions, retrying, systemRetry } from './retry.ts';

export interface ListAllOptions {
  container: string;
  prefix: string;
  /** Only keys from this one on, and only keys before that one, in the order of the storage. */
  startFrom?: string | undefined;
  endBefore?: string | undefined;
  /** Where to go on: the `from` or `cursor` of a page of an earlier listing; null for the beginning. */
  cursor: string | null;
  /** The last key before that cursor, so that the order is checked across it; '' at the beginning. */
  before: string;
  /** Default: the provider's largest. */
  pageSize?: number;
  signal: AbortSignal;
  retry?: RetryOptions;
  /** What requests go through that share the storage with others. */
  gate?: Gate;
  /** What each request waits for, with all its tries. */
  pace?: <T>(request: () => Promise<T>) => Promise<T>;
}

export interface ListedPage {
  objects: ObjectList;
  /** The cursor this page was asked for with: asking with it again lists this page again. */
  from: string | null;
  /** The last key before this page, in the order of the listing; '' at the beginning. */
  before: string;
  /** Of the next page; null after the last. */
  cursor: string | null;
  /**
   * Whether the keys come in the order of their UTF-8 bytes, within the page and after the page before; then none is
   * twice in the page.
   */
  inOrder: boolean;
  last: boolean;
}

/**
 * Lists everything under a prefix, page after page. While the consumer works on one page, the next is on its way.
 * What the storage fails at is tried again with back-off; see `retrying` for how long.
 *
 * @throws ProviderError what the storage failed at in the end; the signal's reason when it aborts.
 */
export async function* listAll(provider: Provider, options: ListAllOptions): AsyncGenerator<ListedPage> {
  const {
    container,
    prefix,
    startFrom,
    endBefore,
    retry = systemRetry,
    gate,
    pace = call => call(),
  } = options;
  const pageSize = options.pageSize ?? provider.capabilities.list.maxPageSize;
  // Ends the request that is under way when the consumer stops early.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const request = (cursor: string | null) => {
    const list = () =>
      listFrom(provider, container, {
        prefix,
        startFrom,
        endBefore,
        pageSize,
        signal,
        ...(cursor !== null && { cursor }),
      });
    const page = pace(() => retrying(gate ? () => gate.through(list, signal) : list, signal, retry));
    page.catch(() => {}); // the one that awaits it sees the error; a page that is not awaited any more may fail
    return page;
  };
  try {
    let before = options.before;
    let from = options.cursor;
    let coming = request(from);
    for (;;) {
      const { objects: listed, cursor } = await coming;
      options.signal.throwIfAborted();
      if (cursor !== null && cursor === from) throw endless();
      if (cursor !== null) coming = request(cursor);
      const { objects, inOrder } = inOrderOnce(ObjectList.of(listed), before);
      const page = { objects, from, before, cursor, inOrder, last: cursor === null };
      before = objects.at(-1)?.key ?? before;
      yield page;
      if (cursor === null) return;
      from = cursor;
    }
  } finally {
    stop.abort();
  }
}

/** Where the keys come in order, each of them is kept once. */
function inOrderOnce(objects: ObjectList, before: string): Pick<ListedPage, 'objects' | 'inOrder'> {
  const [first] = objects;
  const order = first && compareUtf8(before, first.key) > 0 ? 'none' : objects.order();
  if (order !== 'repeats') return { objects, inOrder: order === 'ascending' };
  let previous: string | null = null;
  const isFirst = ({ key }: StorageObject): boolean => {
    const isNew = key !== previous;
    previous = key;
    return isNew;
  };
  return { objects: ObjectList.of([...objects].filter(isFirst)), inOrder: true };
}

const endless = () =>
  new ProviderError(
    'unexpected',
    'The storage answered a page of the listing with the same cursor that was in the request.',
    {
      fix: 'Try again. If it happens again, report it: the listing would never end.',
    },
  );
