import { HDF5 } from './arrays/hdf5.ts';
import { NPY } from './arrays/npy.ts';
import { ZARR } from './arrays/zarr.ts';
import { ADTS } from './audio/adts.ts';
import { AIFF } from './audio/aiff.ts';
import { FLAC } from './audio/flac.ts';
import { MP3 } from './audio/mp3.ts';
import { OGG } from './audio/ogg.ts';
import { WAV } from './audio/wav.ts';
import { HTML, SVG, XML } from './documents/markup.ts';
import { PDF } from './documents/pdf/pdf.ts';
import { TEXT } from './documents/text.ts';
import { ZIP } from './documents/zip.ts';
import type { Format } from './format.ts';
import { IMAGES } from './images/images.ts';
import { DICOM } from './medical/dicom.ts';
import { NIFTI } from './medical/nifti.ts';
import { GLB, GLTF } from './points/gltf.ts';
import { LAS } from './points/las.ts';
import { OBJ } from './points/obj.ts';
import { PCD } from './points/pcd.ts';
import { PLY } from './points/ply.ts';
import { STL, STL_TEXT } from './points/stl.ts';
import { ARROW, FEATHER } from './tables/arrow.ts';
import { CSV, TSV } from './tables/csv.ts';
import { JSON_FORMAT, JSON_LINES } from './tables/json.ts';
import { PARQUET } from './tables/parquet.ts';
import { AVI } from './video/avi/avi.ts';
import { MP4, QUICKTIME } from './video/iso/mp4.ts';
import { MATROSKA, WEBM } from './video/matroska/matroska.ts';
import { MPEG_TS } from './video/mpeg-ts/mpeg-ts.ts';

/** All formats. The first that recognises a file reads it, so the stricter ones stand before those that accept more. */
export const FORMATS: readonly Format[] = [
  // Its preamble may be the header of a TIFF.
  DICOM,
  PDF,
  PARQUET,
  ARROW,
  FEATHER,
  LAS,
  PLY,
  GLB,
  NPY,
  HDF5,
  ZIP,
  ...IMAGES,
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
  NIFTI,
  STL,
  // Text, and the more it says the earlier.
  PCD,
  SVG,
  HTML,
  XML,
  ZARR,
  GLTF,
  JSON_FORMAT,
  JSON_LINES,
  STL_TEXT,
  OBJ,
  TSV,
  CSV,
  TEXT,
];
