import { setImmediate } from 'node:timers/promises';
import type { SourcePreview, SourcePreviewRequest } from '@mooring/contract';
import type { Provider } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { completeFilters, createKeyFilter } from '../catalogue/key-filter.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';

const PAGES = 3;
const SAMPLES = 20;
/** Of the longest keys with the most filters: some milliseconds. */
const KEYS_AT_ONCE = 10;

/**
 * What filters would do to the first pages of a listing. Nothing is written.
 * @throws MooringError `invalid_request` for filters that cannot be meant or where no container is named, and what
 * the storage failed at
 */
export async function previewSource(
  { provider, location }: { provider: Provider; location: { container?: string; prefix?: string } },
  request: SourcePreviewRequest,
  signal: AbortSignal,
): Promise<SourcePreview> {
  const container = request.container ?? location.container;
  const prefix = request.prefix ?? location.prefix ?? '';
  if (!container) throw noContainer();
  const filter = createKeyFilter(prefix, completeFilters(request.filters));
  const preview: SourcePreview = {
    listed: 0,
    included: 0,
    excluded: 0,
    complete: false,
    samples: { included: [], excluded: [] },
  };
  let cursor: string | undefined;
  try {
    for (let page = 0; page < PAGES && !preview.complete; page++) {
      const { objects, cursor: next } = await provider.list(container, { prefix, cursor, signal });
      for (const { key, placeholder } of objects) {
        if (preview.listed % KEYS_AT_ONCE === 0) await setImmediate(); // other requests have their turn
        const fate = placeholder || filter(key) ? 'excluded' : 'included';
        preview.listed++;
        preview[fate]++;
        if (preview.samples[fate].length < SAMPLES) preview.samples[fate].push(key);
      }
      preview.complete = next === null;
      cursor = next ?? undefined;
    }
  } catch (error) {
    throw error instanceof ProviderError ? storageProblem(error) : error;
  }
  return preview;
}

const noContainer = () =>
  new MooringError('invalid_request', 'The connection names no container, and neither does the request.', {
    fix: 'Send container, with the name of the container to look at.',
    fields: [{ path: 'container', message: 'is missing' }],
  });
