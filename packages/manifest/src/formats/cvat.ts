import { addressOf } from '../address.ts';
import type { At } from '../at.ts';
import { address, asset, type Draft, extra, nothing } from '../draft.ts';
import { fact } from '../facts.ts';
import { aList, anObject, aText, fields, readFields } from '../fields.ts';
import type { JsonObject } from '../item.ts';
import { MOST_PATH_CHARS } from '../limits.ts';
import type { ReadItem } from './format.ts';

interface CvatDraft extends Draft {
  name?: string;
  extension?: string;
}

const IMAGE = fields<CvatDraft>({
  name: (draft, value, at, key) => {
    draft.name = aText(value, at, key, MOST_PATH_CHARS);
  },
  extension: (draft, value, at, key) => {
    draft.extension = aText(value, at, key, 100);
  },
  width: fact('width'),
  height: fact('height'),
  checksum: fact('checksum'),
  meta: extra,
});

const VIDEO = (base?: string) =>
  fields<Draft>({
    name: address(base),
    resolution: (draft, value, at, key) => {
      const [width, height] = aList(value, at, key);
      if (width) fact<Draft>('width')(draft, width, at, key);
      if (height) fact<Draft>('height')(draft, height, at, key);
    },
    length: fact('frames'),
  });

/** A line that is about the file, and what it may hold. */
const HEADERS = [fields({ version: nothing }), fields({ type: nothing })];

/**
 * A line of a manifest of CVAT: an image, or the properties of a video. Names are relative to the storage that the
 * manifest is for. Source: https://docs.cvat.ai/docs/manual/advanced/dataset_manifest/
 */
export function readCvat(base?: string): ReadItem {
  const video = VIDEO(base);
  return (value, at) => {
    const line = anObject(value, at);
    if (isHeader(line) || isFrame(line)) return null;
    if (line.properties !== undefined) {
      const draft: Draft = { place: at.item, kind: 'video' };
      const place = at.in('properties');
      readFields(video, anObject(line.properties, at, 'properties'), draft, place);
      return asset(draft, at);
    }
    return asset(readImage(line, at, base), at);
  };
}

const isHeader = (line: JsonObject): boolean =>
  Object.keys(line).length === 1 && HEADERS.some(table => table.has(Object.keys(line)[0]!));

/** Of a video: where each key frame is. */
const isFrame = (line: JsonObject): boolean => line.number !== undefined && line.pts !== undefined;

function readImage(line: JsonObject, at: At, base?: string): Draft {
  const draft: CvatDraft = { place: at.item };
  readFields(IMAGE, line, draft, at);
  const { name = '', extension = '', ...rest } = draft;
  return { ...rest, address: addressOf(name + extension, at, 'name', base) };
}
