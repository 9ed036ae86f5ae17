import { createHash } from 'node:crypto';
import { type ChangeSet, createChanges } from './change-set.ts';
import type { ObjectSequence, VolumeObject } from './object-sequence.ts';
import { createKeySpace, type Shape } from './shapes.ts';

export interface SyntheticOptions {
  objects: number;
  shape: Shape;
  /** Of the shape `tree`; default 1,000. */
  folders?: number;
  /** A JPEG that every object is, in the tier Hot; default: texts, in all tiers. */
  picture?: Buffer;
}

const FIRST_MODIFIED = Date.UTC(2026, 0, 1);
const CHANGED_LATER_MS = 300 * 86_400_000;
const TIERS = ['Hot', 'Hot', 'Hot', 'Hot', 'Hot', 'Hot', 'Cool', 'Cold', 'Hot', 'Archive'] as const;
const ADDED = '.added.jpg';

/**
 * A container that is computed: any number of objects in constant memory, the same ones each time. Sizes, types
 * and tiers vary; contents are text that names the object.
 * @param change relative to the container as first made, not to the last change.
 */
export function createSynthetic(options: SyntheticOptions, change: ChangeSet | null): ObjectSequence {
  const keys = createKeySpace(options.shape, options.objects, options.folders);
  const { picture } = options;
  const contentMd5 = createHash('md5')
    .update(picture ?? '')
    .digest('base64');
  const object = (key: string, identity: number, version: number, directory: boolean): VolumeObject => ({
    key,
    directory,
    sizeBytes: directory ? 0 : (picture?.length ?? 1000 + (identity % 977)),
    contentType: directory ? 'application/octet-stream' : 'image/jpeg',
    etag: `0x8D${(0x4bcc2e4835cd0 + identity * 4 + version).toString(16).toUpperCase()}`,
    modifiedAt: FIRST_MODIFIED + (identity % 20_000_000) * 1000 + (version ? CHANGED_LATER_MS : 0),
    tier: picture ? 'Hot' : TIERS[identity % TIERS.length]!,
    contentMd5,
  });
  const common = { order: keys.order, bodyOf: picture ? () => picture : bodyFor };
  if (!change) {
    return {
      ...common,
      length: options.objects,
      keyAt: keys.keyAt,
      objectAt: position => object(keys.keyAt(position), position, 0, keys.isDirectory(position)),
    };
  }

  // Two positions for each object: its own, and that of one added right after it.
  const changes = createChanges(options.objects, change);
  const version = 1 + (Math.abs(Math.trunc(change.seed)) % 3);
  const keyAt = (position: number) => {
    const key = keys.keyAt(position >> 1);
    return position & 1 ? `${key}${keys.isDirectory(position >> 1) ? '/' : ''}${ADDED}` : key;
  };
  return {
    ...common,
    length: options.objects * 2,
    keyAt,
    objectAt(position) {
      const identity = position >> 1;
      const what = changes.at(identity);
      if (position & 1) return what === 'followed' ? object(keyAt(position), identity, version, false) : null;
      if (what === 'removed') return null;
      return object(keyAt(position), identity, what === 'changed' ? version : 0, keys.isDirectory(identity));
    },
  };
}

/** As long as the listing says, and different for each object and version. */
function bodyFor({ key, etag, sizeBytes }: VolumeObject): Buffer {
  const line = createHash('sha256').update(`${key}\n${etag}`).digest('hex');
  return Buffer.alloc(sizeBytes, `${line}\n`);
}
