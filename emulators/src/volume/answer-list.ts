import type { IncomingMessage } from 'node:http';
import type { AzureError } from '../front/errors.ts';
import type { StorageRequest } from '../front/request.ts';
import { type Answer, isError } from './answer.ts';
import { arrowPage } from './arrow-page.ts';
import { createCache } from './cache.ts';
import type { VolumeContainer } from './containers.ts';
import { type ListRequest, listPage } from './list-page.ts';
import { readListQuery } from './list-query.ts';
import { flatElements, type XmlBlock } from './xml-blocks.ts';
import { around, xmlPage } from './xml-page.ts';

const ARROW = 'application/vnd.apache.arrow.stream';
/** The first version of the service that speaks Arrow. */
const ARROW_SINCE = '2026-10-06';

/** Answers List Blobs, in Arrow where the client asks for it and the account speaks it, else in XML. */
export function createListAnswers(
  settings: { arrow: boolean; objectsPerPage: number },
  { cacheBytes, byteOrderMark }: { cacheBytes: number; byteOrderMark: boolean },
) {
  const pages = createCache<Uint8Array>(cacheBytes, ({ length }) => length);
  const blocks = createCache<XmlBlock>(cacheBytes, ({ bytes }) => bytes.length);

  const xmlAnswer = (
    request: ListRequest,
    container: VolumeContainer,
    place: { endpoint: string; metadata: boolean },
  ) => {
    const { objects, name, version } = container;
    const whole = { ...place, container: name, byteOrderMark };
    if (request.delimiter !== '') return xmlPage(listPage(objects, request), request, whole);
    const kept = { metadata: place.metadata, version: `${name} ${version}`, blocks };
    const { elements, next } = flatElements(objects, request, kept);
    return around(elements, next, request, whole);
  };

  return {
    answer(
      message: IncomingMessage,
      { query }: StorageRequest,
      container: VolumeContainer,
      endpoint: string,
    ): Answer | AzureError {
      const format = settings.arrow && asksForArrow(message) ? 'arrow' : 'xml';
      const request = readListQuery(query, format, settings.objectsPerPage);
      if (isError(request)) return request;
      const metadata = (query.get('include') ?? '').split(',').includes('metadata');
      if (format === 'xml') {
        const body = xmlAnswer(request, container, { endpoint, metadata });
        return { status: 200, headers: { 'content-type': 'application/xml' }, body };
      }
      const make = () => arrowPage(listPage(container.objects, request), metadata);
      const body = pages.get(JSON.stringify([container.name, container.version, metadata, request]), make);
      return { status: 200, headers: { 'content-type': ARROW }, body: [body] };
    },

    forget(): void {
      pages.clear();
      blocks.clear();
    },
  };
}

const asksForArrow = ({ headers }: IncomingMessage): boolean =>
  (headers.accept ?? '').includes(ARROW) && String(headers['x-ms-version'] ?? '') >= ARROW_SINCE;
