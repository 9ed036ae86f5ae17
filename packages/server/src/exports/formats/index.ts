import type { ExportFormat } from '@mooring/contract';
import type { WriteExport } from '../format.ts';
import { writeCoco } from './coco.ts';
import { writeCsv } from './csv.ts';
import { writeCvat } from './cvat.ts';
import { writeEncord } from './encord.ts';
import { writeHuggingFace } from './hugging-face.ts';
import { writeJsonLines } from './json-lines.ts';
import { writeLabelStudio } from './label-studio.ts';
import { writeUris } from './uris.ts';
import { writeV7 } from './v7.ts';

/** Of a library that takes megabytes in each process: it is loaded when it is first needed. */
const lazily = (load: () => Promise<WriteExport>): WriteExport =>
  async function* (...asked) {
    yield* (await load())(...asked);
  };

/** What writes each format of the contract. */
export const FORMATS: Record<ExportFormat, WriteExport> = {
  jsonl: writeJsonLines,
  csv: writeCsv,
  parquet: lazily(async () => (await import('./parquet.ts')).writeParquet),
  arrow: lazily(async () => (await import('./arrow.ts')).writeArrow),
  uris: writeUris,
  'label-studio': writeLabelStudio,
  cvat: writeCvat,
  'hugging-face': writeHuggingFace,
  coco: writeCoco,
  encord: writeEncord,
  v7: writeV7,
};
