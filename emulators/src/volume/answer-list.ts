import type { IncomingMessage } from 'node:http';
import type { AzureError } from '../front/errors.ts';
import type { StorageRequest } from '../front/request.ts';
import { type Answer, isError } from './answer.ts';
import { arrowPage } from './arrow-page.ts';
import type { VolumeContainer } from './containers.ts';
import { listPage } from './list-page.ts';
import { readListQuery } from './list-query.ts';
import { createPageCache } from './page-cache.ts';
import { xmlPage } from './xml-page.ts';

const ARROW = 'application/vnd.apache.arrow.stream';
/** The first version of the service that speaks Arrow. */
const ARROW_SINCE = '2026-10-06';

/** Answers List Blobs, in Arrow where the client asks for it and the account speaks it, else in XML. */
export function createListAnswers(
  settings: { arrow: boolean },
  { cacheBytes, byteOrderMark }: { cacheBytes: number; byteOrderMark: boolean },
) {
  const cache = createPageCache(cacheBytes);
  return {
    answer(
      message: IncomingMessage,
      { query }: StorageRequest,
      container: VolumeContainer,
      endpoint: string,
    ): Answer | AzureError {
      const format = settings.arrow && asksForArrow(message) ? 'arrow' : 'xml';
      const request = readListQuery(query, format);
      if (isError(request)) return request;
      const metadata = (query.get('include') ?? '').split(',').includes('metadata');
      const make = () => {
        const page = listPage(container.objects, request);
        return format === 'arrow'
          ? arrowPage(page, metadata)
          : xmlPage(page, request, { endpoint, container: container.name, metadata, byteOrderMark });
      };
      const key = JSON.stringify([container.name, container.version, format, metadata, endpoint, request]);
      return {
        status: 200,
        headers: { 'content-type': format === 'arrow' ? ARROW : 'application/xml' },
        body: cache.get(key, make),
      };
    },

    forget: cache.clear,
  };
}

const asksForArrow = ({ headers }: IncomingMessage): boolean =>
  (headers.accept ?? '').includes(ARROW) && String(headers['x-ms-version'] ?? '') >= ARROW_SINCE;
