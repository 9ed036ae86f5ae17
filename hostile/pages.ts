import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ask, Behaviour } from './storage.ts';

// Pages of List Blobs, as https://learn.microsoft.com/rest/api/storageservices/list-blobs shows them, and what is wrong
// with some.

interface Blob {
  name: string;
  encoded?: boolean;
  size?: number | string;
  etag?: string;
  modified?: string;
  type?: string;
  metadata?: string;
}

/** One blob. Texts are taken as they are: escape them. */
export const blob = ({ name, encoded, size = 1, etag = '0x8DC1', modified, type, metadata }: Blob): string =>
  `<Blob><Name${encoded ? ' Encoded="true"' : ''}>${name}</Name><Properties>` +
  `<Last-Modified>${modified ?? 'Sun, 22 Nov 2026 01:10:00 GMT'}</Last-Modified><Etag>${etag}</Etag>` +
  `<Content-Length>${size}</Content-Length><Content-Type>${type ?? 'image/png'}</Content-Type>` +
  `<BlobType>BlockBlob</BlobType></Properties>${metadata ? `<Metadata>${metadata}</Metadata>` : ''}</Blob>`;

export const prefix = (name: string): string => `<BlobPrefix><Name>${name}</Name></BlobPrefix>`;

export const HEAD =
  '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://acme" ContainerName="media"><Blobs>';
export const foot = (marker = ''): string =>
  `</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
export const page = (entries: string, marker?: string): string => HEAD + entries + foot(marker);

/** So many of something. */
export const times = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join('');
/** A number that sorts as a text. */
export const ordered = (at: number): string => String(at).padStart(9, '0');

const XML = { 'content-type': 'application/xml' };

/** Answers every list with the same page, made once. */
export function always(make: () => string): Behaviour {
  let body: Buffer | null = null;
  return ({ response }) => {
    body ??= Buffer.from(make());
    response.writeHead(200, XML).end(body);
  };
}

/** Answers each list with a page of its own. */
export const each =
  (make: (ask: Ask) => string): Behaviour =>
  ask =>
    void ask.response.writeHead(200, XML).end(make(ask));

/** Sends so many bytes of one page without ever holding it: the head, then a piece again and again. */
export const long =
  (bytes: number, piece: Buffer): Behaviour =>
  async ({ response }) => {
    response.writeHead(200, XML).write(HEAD);
    for (let sent = 0; sent < bytes && !response.destroyed; sent += piece.length)
      if (!response.write(piece)) await drained(response);
    response.end(foot());
  };

/** Waits until more can be written, or the reader has gone. */
const drained = (response: Ask['response']): Promise<unknown> => {
  const over = new AbortController();
  const heard = ['drain', 'close'].map(name => once(response, name, { signal: over.signal }));
  return Promise.race(heard).finally(() => over.abort());
};

/** Sends a text again and again, with a wait after each. */
export const drip =
  (text: string, ms: number, headers: Record<string, string> = XML): Behaviour =>
  async ({ response }) => {
    response.writeHead(200, headers).write(HEAD);
    while (!response.destroyed) {
      response.write(text);
      await pause(ms);
    }
  };
