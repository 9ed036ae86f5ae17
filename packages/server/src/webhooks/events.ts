import type { ConnectionStatus, SyncCounts } from '@mooring/contract';

interface OfConnection {
  connectionId: string;
  name: string;
}
interface OfSync {
  connectionId: string;
  sourceId: string;
  operationId: string;
}
/** Of a whole sync or batch of changes: how many, and the first few. */
interface OfAssets {
  connectionId: string;
  sourceId: string;
  operationId: string | null;
  count: number;
  sampleAssetIds: string[];
}

/** What the `data` of each event holds. Fields are only ever added. */
export interface WebhookData {
  'connection.status_changed': OfConnection & {
    status: ConnectionStatus;
    previousStatus: ConnectionStatus;
    reason: string | null;
  };
  'connection.credential_expiring': OfConnection & {
    credential: 'main' | 'delivery';
    expiresAt: string;
    daysLeft: number;
  };
  'connection.unlinked': OfConnection;
  'sync.finished': OfSync & { counts: SyncCounts };
  'sync.failed': OfSync & { problem: { code: string; detail: string; fix: string } };
  'assets.added': OfAssets;
  'assets.removed': OfAssets;
}
