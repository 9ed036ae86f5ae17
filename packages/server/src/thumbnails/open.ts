import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '@mooring/storage/server';
import type { DeliveryCatalogue, DeliveryConnections } from '../delivery/place.ts';
import type { Settings } from '../platform/config-settings.ts';
import type { Logger } from '../platform/log.ts';
import { createFileCache } from './cache.ts';
import { createMakers } from './makers.ts';
import { createThumbnails } from './thumbnails.ts';

const MOST_MAKERS = 4;
const DAY_MS = 24 * 3600 * 1000;

/** The thumbnails of an installation, with their cache and the processes that make them. */
export function openThumbnails(
  settings: Pick<Settings, 'dataDir' | 'thumbnailCacheMegabytes' | 'thumbnailCacheDays' | 'ffmpeg'>,
  deps: { catalogue: DeliveryCatalogue; connections: DeliveryConnections },
  log: Logger,
) {
  const mostMakers = Math.min(availableParallelism(), MOST_MAKERS);
  const makers = createMakers({ most: mostMakers });
  const cache = createFileCache({
    directory: join(settings.dataDir, 'thumbnails'),
    mostBytes: settings.thumbnailCacheMegabytes * 1_000_000,
    mostAgeMs: settings.thumbnailCacheDays * DAY_MS,
    ...{ clock, log },
  });
  const { get } = createThumbnails({ ...deps, cache, makers, mostMakers, ffmpeg: settings.ffmpeg });
  return {
    get,
    async close(): Promise<void> {
      makers.close();
      await cache.close();
    },
  };
}
export type OpenThumbnails = ReturnType<typeof openThumbnails>;
