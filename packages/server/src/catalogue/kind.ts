import type { AssetKind } from '@mooring/contract';
import { nameOf } from './key.ts';

/** Types that storages give to objects they know nothing about. */
const UNKNOWN = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/unknown']);

const TYPES: Record<string, AssetKind> = {
  'application/pdf': 'pdf',
  'application/x-pdf': 'pdf',
  'application/dicom': 'dicom',
  'application/x-dicom': 'dicom',
  'image/dicom': 'dicom',
  'image/dicom-rle': 'dicom',
  'application/x-nifti': 'nifti',
  'application/vnd.nifti': 'nifti',
  'image/nii': 'nifti',
  'application/mp4': 'video',
  'application/mxf': 'video',
  'application/vnd.rn-realmedia': 'video',
  'application/x-matroska': 'video',
  'application/ogg': 'audio',
  'text/csv': 'table',
  'text/tab-separated-values': 'table',
  'application/csv': 'table',
  'application/vnd.apache.parquet': 'table',
  'application/x-parquet': 'table',
  'application/vnd.apache.arrow.file': 'table',
  'application/vnd.apache.arrow.stream': 'table',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'table',
  'application/vnd.ms-excel': 'table',
  'application/vnd.las': 'points',
  'application/vnd.laszip': 'points',
  'application/x-hdf5': 'array',
  'application/json': 'text',
  'application/x-ndjson': 'text',
  'application/jsonl': 'text',
  'application/jsonlines': 'text',
  'application/geo+json': 'text',
  'application/xml': 'text',
  'application/yaml': 'text',
  'application/x-yaml': 'text',
  'application/toml': 'text',
  'application/javascript': 'text',
  'application/x-javascript': 'text',
  'application/sql': 'text',
  'application/x-sh': 'text',
  'application/rtf': 'text',
};
const BY_TYPE = new Map(Object.entries(TYPES));

const EXTENSIONS: Partial<Record<AssetKind, string>> = {
  image:
    'jpg jpeg jpe jfif png apng gif bmp dib webp tif tiff heic heif avif jxl jp2 j2k jpx svg ico psd exr hdr ' +
    'pbm pgm ppm pnm tga dng cr2 cr3 nef arw orf rw2 raf svs ndpi scn mrxs bif',
  video:
    'mp4 m4v mov qt avi mkv webm mpg mpeg mpe m2v ts m2ts mts wmv asf flv f4v 3gp 3g2 ogv mxf vob hevc h264 h265',
  audio: 'mp3 wav wave flac ogg oga opus m4a m4b aac aif aiff aifc wma amr caf weba au mka',
  pdf: 'pdf',
  dicom: 'dcm dicom dic',
  nifti: 'nii nii.gz',
  text:
    'txt text json jsonl ndjson geojson md markdown rst xml html htm xhtml yaml yml toml ini cfg conf log ' +
    'srt vtt sub ass sql py js mjs css tex rtf eml properties sh',
  table: 'csv tsv parquet arrow feather xlsx xls',
  points: 'ply pcd las laz e57',
  mesh: 'gltf glb obj stl',
  array: 'npy npz h5 hdf5 zarr zarray nrrd',
};
const BY_EXTENSION = new Map<string, AssetKind>(
  Object.entries(EXTENSIONS).flatMap(([kind, names]) =>
    names.split(' ').map(extension => [extension, kind as AssetKind] as const),
  ),
);

/**
 * The rules of `kindOf`, so that others can tell when they have changed. Where its code comes to answer otherwise from
 * the same tables, add here what tells so.
 */
export const KIND_RULES = JSON.stringify([TYPES, EXTENSIONS]);

/**
 * What an object is, from the content type that the storage gives and, where that says nothing, from the key's
 * extension. Nothing is read.
 */
export function kindOf(contentType: string | null, key: string): AssetKind {
  return kindOfType(contentType ?? '') ?? byExtension(nameOf(key)) ?? 'other';
}

/** Whether a storage that gives this content type to an object knows nothing about it. */
export const saysNothing = (contentType: string | null): boolean => UNKNOWN.has(essenceOf(contentType ?? ''));

/** A content type without its parameters. */
const essenceOf = (contentType: string): string => contentType.split(';', 1)[0]!.trim().toLowerCase();

/** Types are few and repeat. */
const kindsOfTypes = new Map<string, AssetKind | undefined>();
const MOST_TYPES = 10_000;

function kindOfType(contentType: string): AssetKind | undefined {
  if (kindsOfTypes.has(contentType)) return kindsOfTypes.get(contentType);
  const type = essenceOf(contentType);
  const kind = UNKNOWN.has(type) ? undefined : byType(type);
  if (kindsOfTypes.size === MOST_TYPES) kindsOfTypes.clear();
  kindsOfTypes.set(contentType, kind);
  return kind;
}

function byType(type: string): AssetKind | undefined {
  const listed = BY_TYPE.get(type);
  if (listed) return listed;
  const family = type.slice(0, type.indexOf('/'));
  if (family === 'image' || family === 'video' || family === 'audio' || family === 'text') return family;
  if (family === 'model') return 'mesh';
  return /\+(json|xml|yaml)$/.test(type) ? 'text' : undefined;
}

function byExtension(name: string): AssetKind | undefined {
  const [last, before] = name.toLowerCase().split('.').slice(1).reverse();
  if (last === undefined) return undefined;
  return (before !== undefined ? BY_EXTENSION.get(`${before}.${last}`) : undefined) ?? BY_EXTENSION.get(last);
}
