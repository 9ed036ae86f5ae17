import type { ManifestFlags, ManifestItem, ManifestProblem, ManifestWarning } from './item.ts';
import { readManifest } from './read.ts';
import type { ManifestBytes, ManifestFormat, ReadOptions } from './reading.ts';
import { addWarnings } from './warnings.ts';

/** The beginning of a manifest, for a person who wants to see what it would register. */
export interface ManifestPreview {
  format: ManifestFormat;
  items: ManifestItem[];
  problems: ManifestProblem[];
  warnings: ManifestWarning[];
  /** Those that stand before the last item shown. */
  flags: ManifestFlags;
  /** Of a table: the names of its columns. */
  headings?: string[];
  /** The file has nothing more. */
  isWhole: boolean;
}

/**
 * Reads the first items of a manifest, and no more of the file than they need.
 * @param count items and problems
 * @throws ManifestError as `readManifest`
 */
export async function previewManifest(
  input: ManifestBytes,
  count: number,
  options: Omit<ReadOptions, 'skip'> = {},
): Promise<ManifestPreview> {
  const preview: Omit<ManifestPreview, 'format' | 'flags'> = {
    items: [],
    problems: [],
    warnings: [],
    isWhole: true,
  };
  for await (const batch of readManifest(input, options)) {
    const { format, flags, headings } = batch;
    Object.assign(preview, { format, flags, ...(headings ? { headings } : {}) });
    preview.items.push(...batch.items);
    preview.problems.push(...batch.problems);
    preview.warnings = addWarnings(preview.warnings, batch.warnings);
    if (batch.index > count) {
      cut(preview, count);
      break;
    }
  }
  return preview as ManifestPreview; // there is at least one batch
}

function cut(preview: Pick<ManifestPreview, 'items' | 'problems' | 'isWhole'>, count: number): void {
  preview.problems = preview.problems.filter(({ index }) => index < count);
  preview.items.length = Math.min(preview.items.length, count - preview.problems.length);
  preview.isWhole = false;
}
