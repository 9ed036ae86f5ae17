import type { Provider } from '@mooring/storage/server';
import { findSample, ProviderError, signOne } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import { allEnded } from '../../platform/all-ended.ts';
import type { ConnectionRow } from '../rows/row.ts';

const AT_ONCE = 4;
const SIGN_SECONDS = 300;

export interface Place {
  container: string;
  prefix: string;
}

/** Where the sources of a connection lie, each place once. */
export async function placesInUse(db: Db, { workspace_id, id }: ConnectionRow): Promise<Place[]> {
  return db
    .selectFrom('sources')
    .select(['container', 'prefix'])
    .distinct()
    .where('workspace_id', '=', workspace_id)
    .where('connection_id', '=', id)
    .where('removed_at', 'is', null)
    .orderBy('container')
    .orderBy('prefix')
    .execute();
}

/**
 * Tries a provider at every place that is in use: lists it and, of the first object there, reads and signs.
 * Returns what does not work, a sentence each.
 */
export async function tryPlaces(
  provider: Provider,
  places: readonly Place[],
  options: { signs: boolean; now: Date; signal: AbortSignal },
): Promise<string[]> {
  const waiting = [...places];
  const losses: string[] = [];
  async function work(): Promise<void> {
    for (let place = waiting.shift(); place; place = waiting.shift()) {
      const loss = await tryPlace(provider, place, options);
      if (loss) losses.push(loss);
    }
  }
  await allEnded(Array.from({ length: AT_ONCE }, work));
  return losses.sort();
}

async function tryPlace(
  provider: Provider,
  { container, prefix }: Place,
  { signs, now, signal }: { signs: boolean; now: Date; signal: AbortSignal },
): Promise<string | null> {
  let doing = 'listed';
  try {
    const { sample } = await findSample(provider, { container, prefix, signal });
    if (!sample) return null;
    if (provider.reader) {
      doing = 'read';
      await provider.reader.head(container, sample.key, signal);
      const { body } = await provider.reader.readRange(container, sample.key, {
        range: { start: 0, end: 0 },
        signal,
      });
      body.on('error', () => {}); // it is not read
      body.destroy();
    }
    if (!signs) return null;
    doing = 'signed for';
    if (!provider.signer) return `${container}/${prefix} cannot be signed for.`;
    await signOne(provider.signer, { container, key: sample.key, now, seconds: SIGN_SECONDS });
    return null;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${container}/${prefix} cannot be ${doing}: ${error.message}`;
  }
}
