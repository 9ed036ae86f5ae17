import type { Asset } from '@mooring/contract';
import { MooringError, notFound } from '../platform/problem.ts';

/** Azure's name; its objects are listed but cannot be read. */
const ARCHIVE_TIER = 'Archive';

/** Why nothing can be delivered of an asset, as far as the catalogue knows; null where nothing stands against it. */
export function refusal(assetId: string, asset: Asset | undefined): MooringError | null {
  if (!asset) return notFound('asset', assetId);
  if (asset.status === 'gone') return assetGone(asset);
  if (asset.tier === ARCHIVE_TIER) {
    return new MooringError('object_archived', `The object of “${asset.name}” is in the archive tier.`, {
      fix: 'Move it to an online tier in the storage (this can take hours), then sync again.',
    });
  }
  return null;
}

export const assetGone = ({ name }: Pick<Asset, 'name'>): MooringError =>
  new MooringError('asset_gone', `The object of “${name}” is no longer in the storage.`, {
    fix: 'Put the object back under its key and sync; the asset is then restored.',
  });
