import { countLines, readText } from '../documents/read-text.ts';
import { textHead } from '../documents/text-head.ts';
import type { Findings, Format } from '../format.ts';
import type { RangeReader } from '../range-reader.ts';
import { columnsFrom, estimate } from './columns.ts';
import { endOfJson, type JsonEnd } from './json-scan.ts';

/** A text that is one JSON object or array. */
export const JSON_FORMAT: Format = {
  id: 'json',
  mediaType: 'application/json',
  kind: 'text',
  extensions: ['json', 'geojson', 'ipynb', 'gltf', 'zarray', 'zgroup', 'zattrs'],
  canSpin: true, // JSON.parse takes a second for a mebibyte that only nests
  recognises(head, sizeBytes) {
    const end = firstValue(head, sizeBytes);
    if (end === 'broken') return false;
    if (end === 'cut') return (textHead(head, sizeBytes)?.text.trim().length ?? 0) > 1;
    return textHead(head, sizeBytes)!.text.slice(end).trim() === '';
  },
  async read(reader) {
    const { encoding, text, isWhole, warnings } = await readText(reader);
    const lines = isWhole ? countLines(text) : null;
    const value = isWhole ? parse(text) : undefined;
    if (isWhole && value === undefined)
      return {
        facts: { encoding, lines },
        warnings: [...warnings, isBroken(text)],
      };
    const table = Array.isArray(value)
      ? { rows: value.length, rowsExact: true, columns: columnsFrom(keysOf(value[0])) }
      : { columns: isWhole ? null : columnsFrom(keysOf(firstObject(text))) };
    return { facts: { encoding, lines, ...table }, warnings };
  },
};

/** A JSON object or array on each line. */
export const JSON_LINES: Format = {
  id: 'jsonl',
  mediaType: 'application/x-ndjson',
  kind: 'text',
  extensions: ['jsonl', 'ndjson', 'json', 'geojsonl'],
  canSpin: true,
  recognises(head, sizeBytes) {
    const end = firstValue(head, sizeBytes);
    if (typeof end !== 'number') return false;
    const { text } = textHead(head, sizeBytes)!;
    const next = /^[ \t\r]*\n\s*(?=[[{])/.exec(text.slice(end))?.[0];
    return next !== undefined && endOfJson(text, end + next.length) !== 'broken';
  },
  read: readLines,
};

async function readLines(reader: RangeReader): Promise<Findings> {
  const { encoding, text, isWhole, warnings } = await readText(reader);
  const complete = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const records = complete.match(/^.*\S.*$/gm)?.length ?? 0;
  return {
    facts: {
      encoding,
      lines: isWhole ? countLines(text) : null,
      rows: isWhole ? records : estimate(records, complete.length / text.length, reader.sizeBytes),
      rowsExact: isWhole,
      columns: columnsFrom(keysOf(parse(complete.trimStart().split('\n', 1)[0]!))),
    },
    warnings,
  };
}

const known = new WeakMap<Uint8Array, JsonEnd>();

/** Where the object or array ends with which a file begins. */
function firstValue(head: Uint8Array, sizeBytes: number): JsonEnd {
  let end = known.get(head);
  if (end === undefined) {
    const text = textHead(head, sizeBytes)?.text ?? '';
    end = /^\s*[[{]/.test(text) ? endOfJson(text, 0) : 'broken';
    known.set(head, end);
  }
  return end;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isBroken = (text: string) =>
  endOfJson(text, 0) === 'cut'
    ? { code: 'truncated' as const, message: 'The file ends in the middle of its JSON.' }
    : {
        code: 'unusual' as const,
        message: 'The file begins as JSON. Further on it breaks the rules of JSON.',
      };

/** Of a large array: the first of its objects. */
function firstObject(text: string): unknown {
  const begin = /^\s*\[\s*(?=\{)/.exec(text)?.[0].length;
  const end = begin === undefined ? 'broken' : endOfJson(text, begin);
  return typeof end === 'number' ? parse(text.slice(begin, end)) : undefined;
}

const keysOf = (value: unknown): string[] | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
