import type { ExportFormat } from '@mooring/contract';
import type { WriteExport } from '../format.ts';
import { writeArrow } from './arrow.ts';
import { writeCoco } from './coco.ts';
import { writeCsv } from './csv.ts';
import { writeCvat } from './cvat.ts';
import { writeEncord } from './encord.ts';
import { writeHuggingFace } from './hugging-face.ts';
import { writeJsonLines } from './json-lines.ts';
import { writeLabelStudio } from './label-studio.ts';
import { writeParquet } from './parquet.ts';
import { writeUris } from './uris.ts';
import { writeV7 } from './v7.ts';

/** What writes each format of the contract. */
export const FORMATS: Record<ExportFormat, WriteExport> = {
  jsonl: writeJsonLines,
  csv: writeCsv,
  parquet: writeParquet,
  arrow: writeArrow,
  uris: writeUris,
  'label-studio': writeLabelStudio,
  cvat: writeCvat,
  'hugging-face': writeHuggingFace,
  coco: writeCoco,
  encord: writeEncord,
  v7: writeV7,
};
