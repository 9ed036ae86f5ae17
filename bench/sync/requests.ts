import { setTimeout as sleep } from 'node:timers/promises';
import type { MooringClient } from '@mooring/sdk';

const EVERY_MS = 20;

/**
 * Sends the requests of a person who browses, at most fifty a second, until it is stopped.
 * @returns milliseconds that each request took
 */
export async function browse(
  client: MooringClient,
  sourceId: string,
  until: Promise<unknown>,
): Promise<number[]> {
  let isOver = false;
  const over = until.finally(() => {
    isOver = true;
  });
  const took: number[] = [];
  let cursor: string | null = null;
  while (!isOver) {
    const begin = performance.now();
    if (took.length % 4 === 3) await client.call('getSource', { params: { sourceId } });
    else {
      const query: { sourceId: string; limit: number; cursor?: string } = {
        sourceId,
        limit: 100,
        ...(cursor !== null && { cursor }),
      };
      cursor = (await client.call('listAssets', { query })).nextCursor;
    }
    took.push(performance.now() - begin);
    await sleep(Math.max(0, EVERY_MS - (performance.now() - begin)));
  }
  await over;
  return took;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
