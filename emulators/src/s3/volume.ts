import type { IncomingMessage, ServerResponse } from 'node:http';
import { startServer } from '../server.ts';
import { createSynthetic, type SyntheticOptions } from '../volume/synthetic.ts';
import { escapeXml } from './errors.ts';

/** Of a page of ListObjectsV2. */
const PER_PAGE = 1000;
const REGION = 'eu-central-1';

/**
 * Starts a bucket that answers ListObjectsV2 as fast as a client can read: each page is written once and kept. It
 * believes every signature, and knows neither prefix nor delimiter.
 */
export async function startS3Volume(options: SyntheticOptions) {
  const objects = createSynthetic(options, null);
  const pages = new Map<number, Buffer>();

  const write = (page: number): Buffer => {
    const first = page * PER_PAGE;
    const end = Math.min(first + PER_PAGE, objects.length);
    const isTruncated = end < objects.length;
    const contents: string[] = [];
    for (let position = first; position < end; position++) {
      const { key, modifiedAt, etag, sizeBytes } = objects.objectAt(position)!;
      const date = new Date(modifiedAt).toISOString();
      contents.push(
        `<Contents><Key>${escapeXml(encodeURI(key))}</Key><LastModified>${date}</LastModified><ETag>&quot;${etag.slice(2).toLowerCase().padStart(32, '0')}&quot;</ETag><Size>${sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
      );
    }
    const next = isTruncated ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : '';
    return Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name><Prefix></Prefix><KeyCount>${contents.length}</KeyCount><MaxKeys>${PER_PAGE}</MaxKeys><EncodingType>url</EncodingType>${next}<IsTruncated>${isTruncated}</IsTruncated>${contents.join('')}</ListBucketResult>`,
    );
  };

  const pageAt = (page: number): Buffer => {
    const written = pages.get(page) ?? write(page);
    pages.set(page, written);
    return written;
  };

  const server = await startServer(null, (message: IncomingMessage, response: ServerResponse) => {
    const query = new URL(message.url ?? '/', 'http://localhost').searchParams;
    const page = Number(query.get('continuation-token') ?? 0);
    const body = message.method === 'GET' ? pageAt(page) : null;
    response.writeHead(200, {
      'content-type': 'application/xml',
      'x-amz-bucket-region': REGION,
      ...(body && { 'content-length': body.length }),
    });
    response.end(body ?? undefined);
  });
  return { endpoint: server.origin, region: REGION, stop: server.stop };
}
