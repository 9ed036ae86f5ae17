import type { Asset } from '@mooring/contract';
import { MooringError, notFound } from '../platform/problem.ts';

/**
 * Why nothing can be delivered of an asset, as far as the catalogue knows; null where nothing stands against it. Where
 * the archive state is unknown, the storage decides.
 */
export function refusal(assetId: string, asset: Asset | undefined): MooringError | null {
  if (!asset) return notFound('asset', assetId);
  if (asset.status === 'gone') return assetGone(asset);
  if (asset.archiveState === 'archived') {
    return new MooringError('object_archived', `The object of “${asset.name}” is in the archive tier.`, {
      fix: 'Move it to an online tier in the storage (this can take hours), then sync again.',
    });
  }
  return null;
}

export const assetGone = ({ name }: Pick<Asset, 'name'>): MooringError =>
  new MooringError('asset_gone', `The object of “${name}” is no longer in the storage.`, {
    fix: 'Upload the object again under its key, then sync. This restores the asset.',
  });
