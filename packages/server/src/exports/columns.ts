import type { AssetKind, Split } from '@mooring/contract';
import { Numbers, Texts, Times, Wholes } from '../catalogue/vectors.ts';
import type { WalkedAssets } from '../catalogue/walk-places.ts';
import type { ExportedAsset } from './format.ts';

/** The columns of tables: CSV, Parquet and Arrow. JSON lines have the same names. */
export const COLUMNS = {
  id: Texts,
  name: Texts,
  path: Texts,
  url: Texts,
  kind: Texts,
  mediaType: Texts,
  sizeBytes: Wholes,
  lastModified: Times,
  etag: Texts,
  status: Texts,
  width: Wholes,
  height: Wholes,
  durationSeconds: Numbers,
  frames: Wholes,
  fps: Numbers,
  codec: Texts,
  title: Texts,
  folderId: Texts,
  sourceId: Texts,
  connectionId: Texts,
  split: Texts,
  /** As JSON. */
  tags: Texts,
  /** As JSON. */
  clientMetadata: Texts,
} as const;
export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/** Assets as columns, and their keys. */
export interface Table {
  length: number;
  columns: { [Name in ColumnName]: InstanceType<(typeof COLUMNS)[Name]> } & { key: Texts };
}

const SLASH = 0x2f;
const [PRESENT, GONE] = [Buffer.from('present'), Buffer.from('gone')];

/** @param urls by id; null where paths are asked for */
export function tableOf(assets: WalkedAssets, urls: ReadonlyMap<string, string> | null): Table {
  const { length, key, goneAt } = assets;
  const [name, path, status, url] = [0, 0, 0, 0].map(() => new Texts(length)) as [Texts, Texts, Texts, Texts];
  const container = Buffer.from(`${assets.container}/`);
  for (let row = 0; row < length; row++) {
    const [begin, end] = [key.offsets[row]!, key.offsets[row + 1]!];
    let nameBegin = end;
    while (nameBegin > begin && key.bytes[nameBegin - 1] !== SLASH) nameBegin--;
    name.set(row, key.bytes, nameBegin, end);
    path.setJoined(row, container, key.bytes, begin, end);
    const is = goneAt.has(row) ? GONE : PRESENT;
    status.set(row, is, 0, is.length);
    url.setText(row, urls ? (urls.get(assets.id.get(row)!) ?? null) : null);
  }
  const [sourceId, connectionId] = [repeated(assets.sourceId, length), repeated(assets.connectionId, length)];
  return { length, columns: { ...assets, name, path, url, status, sourceId, connectionId } };
}

function repeated(text: string, length: number): Texts {
  const bytes = Buffer.from(text);
  const texts = new Texts(length);
  for (let row = 0; row < length; row++) texts.set(row, bytes, 0, bytes.length);
  return texts;
}

/** The same, one by one. */
export function assetsOf({ length, columns }: Table): ExportedAsset[] {
  return Array.from({ length }, (_, row) => {
    const [tags, clientMetadata] = [columns.tags.get(row), columns.clientMetadata.get(row)];
    return {
      id: columns.id.get(row)!,
      name: columns.name.get(row)!,
      path: columns.path.get(row)!,
      key: columns.key.get(row)!,
      url: columns.url.get(row),
      kind: columns.kind.get(row) as AssetKind,
      mediaType: columns.mediaType.get(row),
      sizeBytes: columns.sizeBytes.get(row)!,
      etag: columns.etag.get(row)!,
      title: columns.title.get(row),
      width: columns.width.get(row),
      height: columns.height.get(row),
      durationSeconds: columns.durationSeconds.get(row),
      fps: columns.fps.get(row),
      split: columns.split.get(row) as Split | null,
      tags: tags === null ? [] : (JSON.parse(tags) as string[]),
      clientMetadata:
        clientMetadata === null ? null : (JSON.parse(clientMetadata) as Record<string, unknown>),
    };
  });
}
