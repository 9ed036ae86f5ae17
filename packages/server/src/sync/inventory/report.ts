import { text } from 'node:stream/consumers';
import type { Reading } from '@mooring/storage';
import type { InventoryRow, Reader, StorageObject } from '@mooring/storage/server';
import { type RunningKind, refusalError } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import { type ReadingLimits, readInProcess } from './read-in-process.ts';
import type { ReportFormat } from './report-messages.ts';

/** Some thousands of files; parsed here, it always takes little time and memory. */
const MANIFEST_BYTES = 1_000_000;
const UNSPOILT = 'Choose a report that is finished and that has not been changed since.';

const FORMATS: readonly ReportFormat[] = ['csv', 'parquet'];

/** Where a report is: one file of it, or its manifest. */
export interface ReportPlace {
  container: string;
  key: string;
}

/** The files of a report, and the names of their columns where the files have no header of their own. */
interface ReportFiles {
  keys: string[];
  columns: readonly string[] | null;
}

interface RowsOptions {
  columns: ReportFiles['columns'];
  /** Rows that were read before. */
  skip: number;
  signal: AbortSignal;
}

/**
 * Reads the inventory reports of a storage kind.
 * @throws MooringError `invalid_request` where the kind has none
 */
export function createReports(kind: RunningKind, reader: Reader, limits: ReadingLimits) {
  const { inventories } = kind;
  const { inventory, words } = kind.kind;
  if (!inventories || !inventory) {
    throw new MooringError('invalid_request', `Mooring reads no inventory reports of ${words.service}.`, {
      fix: 'Sync the source.',
    });
  }
  const must = <T>(reading: Reading<T>): T => {
    if (reading.ok) return reading.value;
    throw refusalError(kind, reading, null);
  };
  const columnsOf = (names: readonly string[]) => must(inventories.columns(names));

  return {
    /**
     * The files of a report, in order: of a manifest those that it names, otherwise the file itself.
     * @throws MooringError `invalid_request` where it is no manifest of a finished report; ProviderError
     */
    async files(place: ReportPlace, signal: AbortSignal): Promise<ReportFiles> {
      if (!place.key.endsWith('.json')) return { keys: [place.key], columns: null };
      const { body, totalBytes } = await reader.readRange(place.container, place.key, { signal });
      if (totalBytes > MANIFEST_BYTES) {
        body.destroy();
        const size = `it has ${totalBytes.toLocaleString('en')} bytes`;
        throw new MooringError(
          'invalid_request',
          `This is not a manifest of a finished ${inventory.name}: ${size}.`,
          {
            fix: inventory.manifest.hint ?? UNSPOILT,
          },
        );
      }
      return must(inventories.files(parseJson(await text(body))));
    },

    /** The rows of one file in batches. @throws MooringError `invalid_request`; ProviderError */
    rows(place: ReportPlace, { columns, skip, signal }: RowsOptions): AsyncGenerator<InventoryRow[]> {
      const format = FORMATS.find(name => place.key.toLowerCase().endsWith(`.${name}`));
      if (format) return readInProcess(reader, place, { format, columns, columnsOf, skip, signal }, limits);
      const message = `${place.key} ends neither in .csv nor in .parquet nor in .json.`;
      throw new MooringError('invalid_request', message, {
        fix: `Give the key of the manifest of a ${inventory.name}, or of one of its files.`,
      });
    },

    /** The object that a row stands for; null for none of the container. @throws MooringError `invalid_request` */
    object: (row: InventoryRow, container: string): StorageObject | null =>
      must(inventories.object(row, container)),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // judged by the kind
  }
}
