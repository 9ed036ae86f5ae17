import type { Asset } from '@mooring/contract';
import { client } from '@/api/client.ts';

/** A series with more files is not looked for: they are found by listing the folder. */
const MOST_LISTED = 5000;

/**
 * The files of a DICOM series, in order: those of the same folder that name the same series. Without facts, or beyond the
 * first files of a very full folder, only the asset itself.
 */
export async function stackMembers(asset: Asset, signal: AbortSignal): Promise<Asset[]> {
  const seriesUid = asset.media?.facts?.seriesUid;
  if (!seriesUid) return [asset];
  const members: Asset[] = [];
  let listed = 0;
  const query = { folderId: asset.folderId, recursive: false, kind: 'dicom', limit: 1000 } as const;
  for await (const other of client.pages('listAssets', { query, signal })) {
    if (++listed > MOST_LISTED) break;
    const isMember = other.media?.facts?.seriesUid === seriesUid && other.archiveState !== 'archived';
    if (isMember) members.push(other);
  }
  if (!members.some(({ id }) => id === asset.id)) return [asset];
  return members.sort((a, b) => numberOf(a) - numberOf(b) || (a.key < b.key ? -1 : 1));
}

const numberOf = ({ media }: Asset): number => media?.facts?.instanceNumber ?? 0;
