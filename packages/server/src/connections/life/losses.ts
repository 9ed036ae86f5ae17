import type { Check, Credential } from '@mooring/contract';
import type { Provider } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import type { ConnectionRow, LinkedRow } from '../rows/row.ts';
import { placesInUse, tryPlaces } from './trial.ts';

/** Checks that are about what the credential may do, rather than about the network or about browsers. */
const ABOUT_GRANTS: ReadonlySet<string> = new Set([
  ...['credential', 'ownership', 'list', 'head', 'range', 'sign', 'fetch', 'write'],
]);

/**
 * What works now, or should, and would not with a new credential: a sentence each.
 * @param candidate the connection as it would be
 * @param results of its checks
 */
export async function lossesOf(
  row: ConnectionRow,
  { candidate, results }: { candidate: LinkedRow; results: readonly Check[] },
  {
    db,
    kinds,
    open,
    now,
    signal,
  }: {
    db: Db;
    kinds: Kinds;
    open: (candidate: LinkedRow) => Provider;
    now: Date;
    signal: AbortSignal;
  },
): Promise<string[]> {
  const places = await placesInUse(db, row);
  const worked = row.status === 'healthy' || row.status === 'degraded';
  if (places.length === 0 && !worked) return [];
  const failed = results.filter(({ id, status }) => status === 'failed' && ABOUT_GRANTS.has(id));
  const losses = failed.map(({ title, observed }) => `“${title}” fails: ${observed}`);
  const { delivery } = kinds.get(row.provider).kind.credentials;
  const old = delivery(row.credential as Credential);
  const next = delivery(candidate.credential as Credential);
  if (old === 'direct' && next === 'relay') {
    losses.push(
      'Browsers load straight from the storage now. With the new credential all bytes would pass through Mooring.',
    );
  }
  if (losses.length > 0) return losses;
  const provider = open(candidate);
  try {
    return await tryPlaces(provider, places, { signs: next === 'direct', now, signal });
  } finally {
    await provider.close();
  }
}
