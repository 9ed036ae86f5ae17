import type { TokenCredential } from '@azure/identity';
import type { Dispatcher } from 'undici';
import type { ListPage, Provider } from '../provider.ts';
import type { AzureCalls } from './calls.ts';
import type { AzureErrors } from './errors.ts';
import { createPageRequests } from './listing/request-page.ts';
import { readXmlPage } from './listing/xml-reader.ts';
import type { AzureAccount } from './urls.ts';

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export const MAX_PAGE_SIZE = 5000;

/**
 * Lists one page at a time, with metadata, which is what tells directories of ADLS apart. In Arrow where the account
 * speaks it, else in XML.
 */
export function createLister(
  account: AzureAccount,
  options: {
    call: AzureCalls;
    errors: AzureErrors;
    tokens: TokenCredential | null;
    sasToken: string;
    dispatcher: Dispatcher;
  },
): Provider['list'] {
  const requestPage = createPageRequests(account, options);
  return (container, { prefix, delimiter, cursor, pageSize = MAX_PAGE_SIZE, signal: caller } = {}) => {
    const attempt = { action: 'list', container } as const;
    const query = {
      restype: 'container',
      comp: 'list',
      include: 'metadata',
      maxresults: String(Math.max(1, Math.min(pageSize, MAX_PAGE_SIZE))),
      prefix: prefix || undefined,
      delimiter,
      marker: cursor,
    };
    return options.call(attempt, caller, async (signal): Promise<ListPage> => {
      const { isArrow, body } = await requestPage(attempt, query, signal);
      if (!isArrow) return readXmlPage(body);
      // Loaded by those who need it: it takes a tenth of a second and some megabytes.
      const { readArrowPage } = await import('./listing/arrow-reader.ts');
      return readArrowPage(body);
    });
  };
}
