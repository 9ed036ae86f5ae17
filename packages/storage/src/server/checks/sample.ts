import type { Provider, StorageObject } from '../provider.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 20;
const MOST_OTHERS = 4;
/** Larger ones are taken where there are no others. */
const MOST_BYTES = 20_000_000;

export interface Search {
  /** Undefined where there was none among what was looked at. */
  sample: StorageObject | undefined;
  /** More of that page, which stand in for one that cannot be read. */
  others: StorageObject[];
  objects: number;
  archived: number;
  /** Whether the listing goes on after what was looked at. */
  more: boolean;
}

/**
 * Lists until it comes across an object that can be read, and takes of that page the one that tells most: an image
 * or video that a page can show, of a moderate size, else the first that is not empty.
 * @throws ProviderError as `list`
 */
export async function findSample(
  { list }: Pick<Provider, 'list'>,
  { container, prefix, signal }: { container: string; prefix: string; signal: AbortSignal },
): Promise<Search> {
  const search: Search = { sample: undefined, others: [], objects: 0, archived: 0, more: true };
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && search.more && !search.sample; pages++) {
    const page = await list(container, { prefix, cursor, pageSize: PAGE_SIZE, signal });
    search.objects += page.objects.length;
    const objects = [...page.objects];
    search.archived += objects.filter(isArchived).length;
    const readable = objects.filter(object => !isArchived(object) && object.sizeBytes > 0);
    const [sample, ...others] = readable.toSorted((a, b) => rank(a) - rank(b));
    search.sample = sample;
    search.others = others.slice(0, MOST_OTHERS);
    cursor = page.cursor ?? undefined;
    search.more = cursor !== undefined;
  }
  return search;
}

const isArchived = ({ archiveState }: StorageObject): boolean => archiveState === 'archived';

/** Of a content type or, where a listing names none, of a key. */
const IMAGE = /^image\/(jpeg|png|webp|gif|avif)$|\.(jpe?g|png|webp|gif|avif)$/i;
const VIDEO = /^video\/(mp4|webm)$|\.(mp4|webm)$/i;

/** Less is better. */
function rank({ archiveState, contentType, key, sizeBytes }: StorageObject): number {
  if (archiveState === 'unknown') return 4;
  if (sizeBytes > MOST_BYTES) return 3;
  if (IMAGE.test(contentType ?? key)) return 0;
  return VIDEO.test(contentType ?? key) ? 1 : 2;
}
