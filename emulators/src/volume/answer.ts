import type { AzureError } from '../front/errors.ts';

/** What the service answers when nothing goes wrong on the way. */
export interface Answer {
  status: number;
  headers: Record<string, string | number>;
  /** In pieces. */
  body?: Uint8Array[];
}

export const isError = (result: object): result is AzureError => 'code' in result;

export const notFound = (what: 'Container' | 'Blob'): AzureError => ({
  status: 404,
  code: `${what}NotFound`,
  message: `The specified ${what.toLowerCase()} does not exist.`,
});

export const xml = (text: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: [Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${text}`)],
});
