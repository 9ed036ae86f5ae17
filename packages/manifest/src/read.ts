import { At } from './at.ts';
import { Batches } from './batches.ts';
import { type OpenBytes, openBytes } from './bytes/open-bytes.ts';
import { type Detected, detect } from './detect.ts';
import { columnsOf, RowItems } from './formats/table.ts';
import { isParquet, openParquet } from './parquet.ts';
import type { ManifestBatch, ManifestBytes, ReadOptions } from './reading.ts';
import { DocumentShape } from './shapes/document.ts';
import { LinesShape } from './shapes/lines.ts';
import { RecordsShape } from './shapes/records.ts';
import type { Shape } from './shapes/shape.ts';

/**
 * Reads a manifest of any format, which it knows by the content. Its memory does not grow with the file. There is at
 * least one batch.
 * @throws ManifestError where it is no manifest, or breaks off; everything before has been given then
 */
export async function* readManifest(
  input: ManifestBytes,
  options: ReadOptions = {},
): AsyncGenerator<ManifestBatch> {
  const open = await openBytes(input, options.signal);
  try {
    if (isParquet(open.head)) yield* readParquet(input, open, options);
    else yield* readText(open, options);
  } finally {
    await open.close();
  }
}

async function* readText(open: OpenBytes, options: ReadOptions): AsyncGenerator<ManifestBatch> {
  const detected = detect(open.head, open.isWhole, options.columns !== undefined);
  const batches = new Batches(detected.format, options.skip ?? 0);
  const shape = shapeOf(detected, batches, options);
  try {
    for await (const chunk of open.chunks) {
      batches.bytes += chunk.length;
      for (const _ of shape.push(chunk)) if (batches.isFull) yield batches.take(open.bytesRead());
    }
    for (const _ of shape.end()) if (batches.isFull) yield batches.take(open.bytesRead());
  } catch (error) {
    yield batches.take(open.bytesRead());
    throw error;
  }
  yield batches.take(open.bytesRead());
}

function shapeOf(detected: Detected, batches: Batches, options: ReadOptions): Shape {
  if (detected.shape === 'document') return new DocumentShape(batches, options.base);
  if (detected.shape === 'lines') return new LinesShape(batches, options.base);
  return new RecordsShape(batches, detected.delimiter, options);
}

async function* readParquet(
  input: ManifestBytes,
  open: OpenBytes,
  options: ReadOptions,
): AsyncGenerator<ManifestBatch> {
  const table = await openParquet(input, open.chunks);
  const columns = columnsOf(table.headings, options.columns, options.base);
  const batches = new Batches('parquet', options.skip ?? 0);
  batches.headings = columns.headings;
  const items = new RowItems(columns);
  let row = 0;
  let read = 0;
  for await (const { rows, bytesRead } of table.groups()) {
    read = bytesRead;
    for (const cells of rows) {
      options.signal?.throwIfAborted();
      const at = new At({ row: ++row }, batches.warnings);
      batches.attempt(
        () => cells,
        () => items.take(cells, at),
      );
      if (batches.isFull) yield batches.take(read);
    }
  }
  for (const item of items.end()) batches.add(item);
  yield batches.take(read);
}
