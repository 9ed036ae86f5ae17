import { textHead } from '../documents/text-head.ts';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES } from '../range-reader.ts';
import { elementType } from './element-type.ts';
import { safeShape } from './shape.ts';

/** The metadata of an array or a group of Zarr 2 (`.zarray`, `.zgroup`) or 3 (`zarr.json`). Its chunks have no mark. */
export const ZARR: Format = {
  id: 'zarr',
  mediaType: 'application/vnd.zarr+json',
  kind: 'array',
  extensions: ['zarray', 'zgroup', 'json'],
  recognises(head, sizeBytes) {
    const text = textHead(head, sizeBytes);
    return (
      text?.isWhole === true && /^\s*\{/.test(text.text) && /"zarr_format"\s*:\s*[123]\b/.test(text.text)
    );
  },
  async read(reader) {
    const head = await reader.upTo(0, HEAD_BYTES);
    return factsOf(parse(textHead(head, reader.sizeBytes)!.text));
  },
};

interface ZarrMetadata {
  zarr_format?: unknown;
  shape?: unknown;
  /** Of version 2. */
  dtype?: unknown;
  /** Of version 3. */
  data_type?: unknown;
}

function factsOf({ zarr_format, shape, dtype, data_type }: ZarrMetadata): Findings {
  const type = data_type ?? dtype;
  return {
    facts: {
      brand: String(zarr_format).slice(0, 20),
      ...(Array.isArray(shape) ? { shape: safeShape(shape) } : {}),
      ...(typeof type === 'string' ? elementType(type) : {}),
    },
  };
}

function parse(text: string): ZarrMetadata {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(`The metadata of the Zarr array is no JSON: ${String(error)}.`);
  }
  return value as ZarrMetadata;
}
