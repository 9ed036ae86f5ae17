import type { RegistrationOptions, RegistrationReport } from '@mooring/contract';
import type { ManifestWarning } from '@mooring/manifest';
import { z } from 'zod';
import type { WritePlace, Written } from './write-found.ts';

const MOST_WARNINGS = 100;
const MOST_PLACES = 100;
const MOST_SAMPLES = 20;

/**
 * How far a registration has come. `count`: it reads the list through, for its flags and its mistakes. `items`: it finds
 * each item, and writes it, or keeps what it found where all or none are to be written. `write`: it writes what it kept.
 */
export const registrationState = z.object({
  phase: z.enum(['count', 'items', 'write']),
  /** Items and problems of the list that are dealt with, in this phase. */
  index: z.number(),
  total: z.number(),
  /** As the list says it. */
  skipDuplicateUrls: z.boolean(),
  upsertMetadata: z.boolean(),
  /** Parts that were kept, and those of them that were written. */
  kept: z.number(),
  /** Parts of items that failed. */
  failedParts: z.number(),
  counts: z.object({
    done: z.number(),
    error: z.number(),
    added: z.number(),
    changed: z.number(),
    unchanged: z.number(),
  }),
  report: z.custom<RegistrationReport>(),
});
export type RegistrationState = z.infer<typeof registrationState>;

export const firstState = ({ dryRun, folder }: RegistrationOptions): RegistrationState => ({
  phase: 'count',
  index: 0,
  total: 0,
  skipDuplicateUrls: false,
  upsertMetadata: false,
  kept: 0,
  failedParts: 0,
  counts: { done: 0, error: 0, added: 0, changed: 0, unchanged: 0 },
  report: { dryRun, folder, format: '', warnings: [], places: [], samples: [], retryable: 0 },
});

export const plusWritten = (
  { counts }: RegistrationState,
  { added, changed, unchanged }: Written,
): RegistrationState['counts'] => ({
  ...counts,
  done: counts.done + added + changed + unchanged,
  added: counts.added + added,
  changed: counts.changed + changed,
  unchanged: counts.unchanged + unchanged,
});

/** Warnings that are the same are one, with their number. */
export function plusWarnings(
  report: RegistrationReport,
  more: readonly ManifestWarning[],
): RegistrationReport {
  if (more.length === 0) return report;
  const warnings = report.warnings.map(warning => ({ ...warning }));
  for (const { code, subject, message, count } of more) {
    const same = warnings.find(known => known.code === code && known.subject === subject);
    if (same) same.count += count;
    else if (warnings.length < MOST_WARNINGS) warnings.push({ code, subject, message, count });
  }
  return { ...report, warnings };
}

/** Where items belong. @param more null ids where nothing was written */
export function plusPlaces(
  report: RegistrationReport,
  more: readonly (Pick<WritePlace, 'connectionId' | 'container' | 'items'> & Partial<WritePlace>)[],
): RegistrationReport {
  const places = report.places.map(place => ({ ...place }));
  for (const { connectionId, container, items, sourceId = null, folderId = null } of more) {
    const same = places.find(known => known.connectionId === connectionId && known.container === container);
    if (same)
      Object.assign(same, {
        items: same.items + items,
        sourceId: sourceId ?? same.sourceId,
        folderId: folderId ?? same.folderId,
      });
    else if (places.length < MOST_PLACES) places.push({ connectionId, container, sourceId, folderId, items });
  }
  return { ...report, places };
}

export function plusSamples(
  report: RegistrationReport,
  more: readonly RegistrationReport['samples'][number][],
): RegistrationReport {
  const room = MOST_SAMPLES - report.samples.length;
  return room <= 0 || more.length === 0
    ? report
    : { ...report, samples: [...report.samples, ...more.slice(0, room)] };
}
