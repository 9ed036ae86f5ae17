import type { TokenCredential } from '@azure/identity';
import { MOST_KEY_CHARS, unreadable } from '@mooring/storage/objects';
import type { ListPage, Provider, TakeTurn } from '@mooring/storage/server';
import { type AnswerBody, ProviderError, readBytes } from '@mooring/storage/server';
import type { Dispatcher } from 'undici';
import type { AzureCalls } from './calls.ts';
import type { AzureErrors } from './errors.ts';
import { checkStart, cutBefore } from './listing/key-range.ts';
import { MOST_ENTRIES } from './listing/most-entries.ts';
import { createPageRequests } from './listing/request-page.ts';
import { readXmlBeside } from './listing/xml-beside.ts';
import type { ServiceVersion } from './service-version.ts';
import type { AzureAccount } from './urls.ts';

export const MAX_PAGE_SIZE = MOST_ENTRIES;

/**
 * Lists one page at a time, with metadata, which is what tells directories of ADLS apart. In Arrow where the account
 * speaks it, else in XML. The service ends a range only in Arrow; in XML the page is cut here.
 */
export function createLister(
  account: AzureAccount,
  options: {
    call: AzureCalls;
    errors: AzureErrors;
    tokens: TokenCredential | null;
    sasToken: string;
    dispatcher: Dispatcher;
    version: ServiceVersion;
    takeTurn: TakeTurn;
  },
): Provider['list'] {
  const requestPage = createPageRequests(account, options);
  /** As of the last page: who speaks no Arrow would refuse `endBefore`. */
  let speaksArrow = false;
  return (container, { prefix, delimiter, startFrom, endBefore, cursor, pageSize, signal: caller } = {}) => {
    const attempt = { action: 'list', container } as const;
    return options.call(attempt, caller, async (signal): Promise<ListPage> => {
      const most = Math.max(1, Math.min(pageSize ?? MAX_PAGE_SIZE, MAX_PAGE_SIZE));
      const query = {
        restype: 'container',
        comp: 'list',
        include: 'metadata',
        maxresults: String(most),
        prefix: prefix || undefined,
        delimiter,
        startFrom: startFrom || undefined,
        marker: cursor,
      };
      let askedEnd = speaksArrow ? endBefore : undefined;
      const request = () => requestPage(attempt, { ...query, endBefore: askedEnd }, signal, most);
      const { isArrow, body } = await request().catch(error => {
        if (askedEnd === undefined || !isRefusal(error)) throw error;
        askedEnd = undefined;
        return request();
      });
      speaksArrow = isArrow;
      const page = await readPage(isArrow, body).finally(() => body.release());
      if (page.objects.length + page.prefixes.length > most)
        throw unreadable(`it has more entries than the ${most} that were asked for`);
      page.prefixes = page.prefixes.filter(({ length }) => length <= MOST_KEY_CHARS);
      if (startFrom) checkStart(page, startFrom, isArrow);
      return endBefore === undefined || (askedEnd !== undefined && isArrow)
        ? page
        : cutBefore(page, endBefore);
    });
  };
}

const readPage = async (isArrow: boolean, body: AnswerBody): Promise<ListPage> =>
  isArrow ? readBytes(body, await arrowReader()) : readXmlBeside(body);

const isRefusal = (error: unknown): boolean => error instanceof ProviderError && error.status === 400;

/** Loaded by those who need it: it takes a tenth of a second and some megabytes. */
async function arrowReader(): Promise<(body: Buffer) => ListPage> {
  return (await import('./listing/arrow-reader.ts')).readArrowPage;
}
