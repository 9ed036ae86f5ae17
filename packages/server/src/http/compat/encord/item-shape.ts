import type { Asset, AssetKind } from '@mooring/contract';
import type { ClientFolder } from '../../../catalogue/client-folders.ts';
import { byCaller } from '../../audited.ts';
import type { ClientInput } from '../client-route.ts';
import { STORAGE_LOCATIONS } from './storage-locations.ts';
import { toUuid } from './uuid.ts';

/** What the client calls kinds. It has no word for the others, so it is not shown assets of them. */
export const ITEM_TYPES: Partial<Record<AssetKind, string>> = {
  ...{ image: 'image', video: 'video', audio: 'audio', pdf: 'pdf' },
  ...{ dicom: 'dicomFile', nifti: 'nifti', text: 'plainText' },
};

export const isShown = ({ kind }: Asset): boolean => ITEM_TYPES[kind] !== undefined;

/**
 * The JSON of assets, in their order. The client fails where a key is missing.
 * @param signs whether they come with URLs that open them; one that cannot be signed has none
 */
export async function itemShapes(input: ClientInput, assets: readonly Asset[], signs: boolean) {
  const { services, caller } = input;
  const providers = await providersOf(input, assets);
  const folders = await services.catalogue.clientFoldersOf(
    caller.workspaceId,
    assets.map(({ sourceId }) => sourceId),
  );
  const urls = signs ? await signedUrls(input, assets) : new Map<string, string>();
  return assets.map(asset =>
    itemShape(asset, {
      provider: providers.get(asset.connectionId),
      folder: folders.get(asset.sourceId),
      url: urls.get(asset.id) ?? null,
      owner: caller.workspace.name,
    }),
  );
}

function itemShape(
  asset: Asset,
  {
    provider,
    folder,
    url,
    owner,
  }: { provider: string | undefined; folder: ClientFolder | undefined; url: string | null; owner: string },
) {
  const facts = asset.media?.facts;
  const isWholeSource = folder !== undefined && folder.sourceId === null;
  return {
    uuid: toUuid(asset.id),
    parent: toUuid(isWholeSource ? folder.id : asset.folderId),
    itemType: ITEM_TYPES[asset.kind],
    name: asset.title ?? asset.name,
    description: '',
    clientMetadata: JSON.stringify(asset.clientMetadata ?? {}),
    owner: folder?.madeBy ?? owner,
    createdAt: asset.createdAt,
    lastEditedAt: asset.updatedAt,
    isTombstone: asset.status === 'gone',
    isPlaceholder: false,
    backedDataUnitsCount: 1,
    storageLocation: STORAGE_LOCATIONS[provider ?? ''] ?? 'directAccess',
    integrationHash: toUuid(asset.connectionId),
    url: null,
    signedUrl: url,
    fileSize: asset.sizeBytes,
    mimeType: facts?.mediaType ?? asset.contentType,
    duration: facts?.durationSeconds ?? null,
    fps: facts?.fps ?? null,
    height: facts?.height ?? null,
    width: facts?.width ?? null,
    dicomInstanceUid: facts?.instanceUid ?? null,
    dicomStudyUid: facts?.studyUid ?? null,
    dicomSeriesUid: facts?.seriesUid ?? null,
    frameCount: facts?.frames ?? null,
    audioSampleRate: facts?.sampleRateHz ?? null,
    audioBitDepth: asset.kind === 'audio' ? (facts?.bitDepth ?? null) : null,
    audioCodec: facts?.audioCodec ?? null,
    audioNumChannels: facts?.channels ?? null,
  };
}

/** The storage kinds of their connections, by connection. */
export async function providersOf(
  { services, caller }: Pick<ClientInput, 'services' | 'caller'>,
  assets: readonly Asset[],
): Promise<Map<string, string>> {
  const ids = [...new Set(assets.map(({ connectionId }) => connectionId))];
  if (ids.length === 0) return new Map();
  const rows = await services.db
    .selectFrom('connections')
    .select(['id', 'provider'])
    .where('workspace_id', '=', caller.workspaceId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, provider }) => [id, provider]));
}

/** URLs that open assets, by asset, of those that can be opened. */
export async function signedUrls(
  { services, caller, request, baseUrl }: ClientInput,
  assets: readonly Asset[],
): Promise<Map<string, string>> {
  if (assets.length === 0) return new Map();
  const { items } = await services.delivery.sign(caller.workspaceId, {
    assetIds: assets.map(({ id }) => id),
    baseUrl,
    by: byCaller(caller, request),
  });
  return new Map(items.map(({ assetId, url }) => [assetId, url]));
}
