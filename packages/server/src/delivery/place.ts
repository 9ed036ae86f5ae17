import type { Asset, Source } from '@mooring/contract';
import type { Provider } from '@mooring/storage/server';

/** What delivery needs of the catalogue and the connections. */
export interface DeliveryCatalogue {
  /** Those that there are, in any order, tombstones too. */
  getAssets(workspaceId: string, assetIds: readonly string[]): Promise<Asset[]>;
  getSource(workspaceId: string, sourceId: string): Promise<Source>;
  /** Keeps that a read has found the object archived. */
  noteArchived(workspaceId: string, asset: Asset): Promise<void>;
}
export interface DeliveryConnections {
  /** @throws MooringError where the connection is removed or its credential cannot be opened */
  open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }>;
}
