import type { Findings, Format } from '../format.ts';
import type { RangeReader } from '../range-reader.ts';
import { countLines, readText } from './read-text.ts';
import { textHead } from './text-head.ts';

/** What is text, and of no format that says more. */
export const TEXT: Format = {
  id: 'text',
  mediaType: 'text/plain',
  kind: 'text',
  // What may be plain text, under any name.
  extensions: [
    'txt',
    'text',
    'md',
    'log',
    'csv',
    'tsv',
    'json',
    'jsonl',
    'ndjson',
    'html',
    'htm',
    'xml',
    'svg',
    'obj',
  ],
  recognises: (head, sizeBytes) => textHead(head, sizeBytes) !== null,
  read: readTextFacts,
};

/** Encoding, and lines where the text is small. */
export async function readTextFacts(reader: RangeReader): Promise<Findings> {
  const { encoding, text, isWhole, warnings } = await readText(reader);
  return { facts: { encoding, lines: isWhole ? countLines(text) : null }, warnings };
}
