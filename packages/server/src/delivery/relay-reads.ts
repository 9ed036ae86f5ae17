import type { Reads } from '../audit/reads.ts';
import type { RelayGrant } from './relay-address.ts';

const MOST_REMEMBERED = 50_000;

/**
 * Writes down who reads through the relay. A player reads a video in many ranges, so only the first read of an address
 * from each network address counts, in each process.
 */
export function createRelayReads(reads: Pick<Reads, 'record' | 'isWanted'>) {
  const noted = new Set<string>();

  /** @param token the relay address. @param address the network address */
  return async (
    { token, grant, connectionId }: { token: string; grant: RelayGrant; connectionId: string },
    address: string | null,
  ): Promise<void> => {
    const { workspaceId, callerId, expiresAt } = grant;
    const read = `${token} ${address}`;
    if (noted.has(read) || !(await reads.isWanted(workspaceId))) return;
    await reads.record(workspaceId, {
      action: 'asset.relayed',
      by: { caller: { via: 'relay', id: callerId, name: null, sessionId: null }, address },
      connectionId,
      ...('assetId' in grant ? { assetIds: [grant.assetId] } : { assetIds: [], key: grant.key }),
      endsAt: expiresAt,
    });
    if (noted.size >= MOST_REMEMBERED) noted.clear();
    noted.add(read);
  };
}
