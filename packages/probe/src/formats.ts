import { hdf5 } from './arrays/hdf5.ts';
import { npy } from './arrays/npy.ts';
import { zarr } from './arrays/zarr.ts';
import { ADTS } from './audio/adts.ts';
import { AIFF } from './audio/aiff.ts';
import { FLAC } from './audio/flac.ts';
import { MP3 } from './audio/mp3.ts';
import { OGG } from './audio/ogg.ts';
import { WAV } from './audio/wav.ts';
import { html, svg, xml } from './documents/markup.ts';
import { pdf } from './documents/pdf/pdf.ts';
import { text } from './documents/text.ts';
import { zip } from './documents/zip.ts';
import type { Format } from './format.ts';
import { dicom } from './medical/dicom.ts';
import { nifti } from './medical/nifti.ts';
import { glb, gltf } from './points/gltf.ts';
import { las } from './points/las.ts';
import { obj } from './points/obj.ts';
import { pcd } from './points/pcd.ts';
import { ply } from './points/ply.ts';
import { stl, stlText } from './points/stl.ts';
import { arrow, feather } from './tables/arrow.ts';
import { csv, tsv } from './tables/csv.ts';
import { json, jsonLines } from './tables/json.ts';
import { parquet } from './tables/parquet.ts';
import { AVI } from './video/avi/avi.ts';
import { MP4, QUICKTIME } from './video/iso/mp4.ts';
import { MATROSKA, WEBM } from './video/matroska/matroska.ts';
import { MPEG_TS } from './video/mpeg-ts/mpeg-ts.ts';

/** All formats. The first that recognises a file reads it, so the stricter ones stand before those that accept more. */
export const FORMATS: readonly Format[] = [
  // Its preamble may be the header of a TIFF.
  dicom,
  pdf,
  parquet,
  arrow,
  feather,
  las,
  ply,
  glb,
  npy,
  hdf5,
  zip,
  MP4,
  QUICKTIME,
  MATROSKA,
  WEBM,
  AVI,
  MPEG_TS,
  WAV,
  AIFF,
  FLAC,
  OGG,
  ADTS,
  MP3,
  // By fields of a header or by sizes, without a mark at the very beginning.
  nifti,
  stl,
  // Text, and the more it says the earlier.
  pcd,
  svg,
  html,
  xml,
  zarr,
  gltf,
  json,
  jsonLines,
  stlText,
  obj,
  tsv,
  csv,
  text,
];
