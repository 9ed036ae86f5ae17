import { MOST_KEY_CHARS, unreadable } from '@mooring/storage/objects';
import type { ListPage, Provider } from '@mooring/storage/server';
import {
  type AnswerBody,
  compareUtf8,
  mostPageBytes,
  ObjectList,
  ProviderError,
  readBytes,
} from '@mooring/storage/server';
import { MOST_ENTRIES, readPage } from './read-page.ts';
import type { Sender } from './send.ts';

/**
 * Lists one page at a time. Keys come percent-encoded, because XML cannot hold all of them. The service knows no end of
 * a range: a page that goes beyond it is cut here.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export const createLister =
  ({ fetch }: Pick<Sender, 'fetch'>): Provider['list'] =>
  async (
    container,
    { prefix, delimiter, startFrom, startAfter, endBefore, cursor, pageSize, signal } = {},
  ) => {
    if (startFrom) throw inclusive;
    const most = Math.max(1, Math.min(pageSize ?? MOST_ENTRIES, MOST_ENTRIES));
    const answer = await fetch(
      { action: 'list', container },
      {
        method: 'GET',
        query: {
          'list-type': '2',
          'encoding-type': 'url',
          'max-keys': String(most),
          prefix: prefix || undefined,
          delimiter,
          'start-after': startAfter || undefined,
          'continuation-token': cursor,
        },
        headers: { 'x-amz-optional-object-attributes': 'RestoreStatus' },
      },
      signal,
      mostPageBytes(most),
    );
    const page = readAnswer(answer.body);
    if (page.objects.length + page.prefixes.length > most)
      throw unreadable(`it has more entries than the ${most} that were asked for`);
    page.prefixes = page.prefixes.filter(({ length }) => length <= MOST_KEY_CHARS);
    if (startAfter && !cursor) checkStart(page, startAfter);
    return endBefore === undefined ? page : cutBefore(page, endBefore);
  };

function readAnswer(body: AnswerBody): ListPage {
  try {
    return readBytes(body, readPage);
  } finally {
    body.release();
  }
}

/** A server that does not know `start-after` begins at the first key. @throws ProviderError `invalid` */
function checkStart({ objects, prefixes }: ListPage, startAfter: string): void {
  const firsts = [objects.at(0)?.key, prefixes[0]].filter(first => first !== undefined);
  // A folded prefix may begin before the bound, where the bound lies in it.
  const isBefore = (first: string) => compareUtf8(first, startAfter) <= 0 && !startAfter.startsWith(first);
  if (firsts.every(first => !isBefore(first)) && objects.at(0)?.key !== startAfter) return;
  throw new ProviderError(
    'invalid',
    'The storage cannot list this range of keys: it began before the key that it was asked to begin after.',
    { fix: 'List everything under the prefix in one listing.' },
  );
}

function cutBefore(page: ListPage, endBefore: string): ListPage {
  const objects = ObjectList.of(page.objects);
  const within = objects.firstNot(({ key }) => compareUtf8(key, endBefore) < 0);
  const prefixes = page.prefixes.filter(prefix => compareUtf8(prefix, endBefore) < 0);
  if (within === objects.length && prefixes.length === page.prefixes.length) return page;
  return { objects: objects.slice(0, within), prefixes, cursor: null };
}

const inclusive = new ProviderError('invalid', 'The lower bound of a listing is exclusive here.', {
  fix: 'Give the bound that `capabilities.list.lowerBound` names.',
});
