import type { Readable } from 'node:stream';
import type { Asset } from '@mooring/contract';
import type { ByteRange, RangeRead, Reader, StoredHeaders } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import { parseRange } from './range-header.ts';
import { assetGone } from './refusal.ts';
import { relayHeaders } from './relay-headers.ts';
import { type Described, toldType } from './told-type.ts';

/** A GET or HEAD with the headers that matter, as they came. */
export interface ReadRequest {
  method: 'GET' | 'HEAD';
  range?: string | undefined;
  ifRange?: string | undefined;
  ifNoneMatch?: string | undefined;
  /** Network address that it came from. */
  address?: string | undefined;
}

export type ReadAnswer =
  | {
      status: 200 | 206 | 304;
      headers: Record<string, string> /** To be consumed or destroyed. */;
      body: Readable | null;
    }
  | { status: 416; headers: Record<string, string>; error: MooringError };

/** What an answer says of the object. */
export type RelayedObject = Pick<Asset, 'key'> & Described;

interface ReadPlace {
  object: RelayedObject;
  container: string;
  /** How long the answer may be kept by a browser. */
  secondsLeft: number;
}

/**
 * Answers a request for an object as RFC 9110 has it: whole, one range, not modified, or no such range.
 * @throws MooringError what the storage's failure maps to
 */
export async function readObject(
  reader: Reader,
  { object, container, secondsLeft }: ReadPlace,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<ReadAnswer> {
  const head = () => reader.head(container, object.key, signal);
  // Some listings name no content type; then the read does.
  const headers = ({ contentType, ...said }: Pick<RangeRead, 'etag' | 'contentType'> & StoredHeaders) => {
    const told = toldType({ ...object, contentType: object.contentType ?? contentType });
    return relayHeaders({ name: object.name, contentType: told }, said, secondsLeft);
  };

  async function answer(): Promise<ReadAnswer> {
    if (request.method === 'HEAD' || request.ifNoneMatch !== undefined) {
      const found = await head();
      if (isListed(found.etag, request.ifNoneMatch))
        return { status: 304, headers: headers(found), body: null };
      if (request.method === 'HEAD') {
        return {
          status: 200,
          headers: { ...headers(found), 'content-length': String(found.sizeBytes) },
          body: null,
        };
      }
    }
    const range = await askedRange();
    const part = range && (await readPart(range));
    const read = part ?? (await reader.readRange(container, object.key, { signal }));
    const length = { 'content-length': String(read.lengthBytes) };
    if (!part) return { status: 200, headers: { ...headers(read), ...length }, body: read.body };
    const last = read.start + read.lengthBytes - 1;
    const contentRange = { 'content-range': `bytes ${read.start}-${last}/${read.totalBytes}` };
    return { status: 206, headers: { ...headers(read), ...length, ...contentRange }, body: read.body };
  }

  async function askedRange(): Promise<ByteRange | null> {
    const asked = parseRange(request.range);
    if (!asked) return null;
    if ('start' in asked) return { start: asked.start, end: asked.end ?? Number.MAX_SAFE_INTEGER };
    const { sizeBytes } = await head();
    return { start: Math.max(0, sizeBytes - asked.lastBytes), end: sizeBytes };
  }

  /** Null where If-Range says that the client has parts of another version: it then gets the whole. */
  async function readPart(range: ByteRange): Promise<RangeRead | null> {
    const { ifRange } = request;
    if (ifRange === undefined) return reader.readRange(container, object.key, { range, signal });
    const etag = /^"([^"]*)"$/.exec(ifRange)?.[1];
    if (etag === undefined) return null; // a date or a weak tag, which cannot prove that the bytes are the same
    try {
      return await reader.readRange(container, object.key, { range, ifMatch: etag, signal });
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'changed') return null;
      throw error;
    }
  }

  async function notSatisfiable(cause: ProviderError): Promise<ReadAnswer> {
    const found = await head();
    const { sizeBytes } = found;
    const message = `The range ${request.range} lies outside the object, which has ${sizeBytes} bytes.`;
    const fix = 'Ask for a range that begins before its end.';
    return {
      status: 416,
      headers: { ...headers(found), 'content-range': `bytes */${sizeBytes}` },
      error: new MooringError('range_not_satisfiable', message, { fix, cause }),
    };
  }

  return answer()
    .catch(error => {
      if (error instanceof ProviderError && error.kind === 'range') return notSatisfiable(error);
      throw error;
    })
    .catch(error => {
      if (!(error instanceof ProviderError)) throw error;
      throw error.kind === 'not-found' ? assetGone(object) : storageProblem(error);
    });
}

/** Whether an If-None-Match header names the ETag; tags compare weakly here. */
function isListed(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.split(',').some(entry => {
    const tag = entry.trim().replace(/^W\//, '');
    return tag === '*' || tag === `"${etag}"`;
  });
}
