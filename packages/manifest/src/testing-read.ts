import type { ManifestBatch, ReadOptions } from './index.ts';
import { addWarnings, readManifest } from './index.ts';

export const goldenFolder = new URL('../golden/', import.meta.url);

/** Chunks as a stream gives them. */
export async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that a manifest says, without what depends on chunks. */
export async function readAll(input: Blob | Uint8Array[] | string, options: ReadOptions = {}) {
  const bytes =
    input instanceof Blob ? input : chunksOf(typeof input === 'string' ? [bytesOf(input)] : input);
  // The first batch says the format.
  const all: Omit<ManifestBatch, 'bytesRead'> = {
    format: 'json',
    flags: {},
    items: [],
    problems: [],
    warnings: [],
    index: 0,
  };
  for await (const { format, flags, items, problems, warnings, index, headings } of readManifest(
    bytes,
    options,
  )) {
    Object.assign(all, { format, flags, index, ...(headings ? { headings } : {}) });
    all.items.push(...items);
    all.problems.push(...problems);
    all.warnings = addWarnings(all.warnings, warnings);
  }
  return all;
}

export function toUtf16(bytes: Uint8Array, order: 'le' | 'be', withMark: boolean): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const buffer = Buffer.from(withMark ? `\ufeff${text}` : text, 'utf16le');
  return new Uint8Array(order === 'le' ? buffer : buffer.swap16());
}
