import type { Operation } from '@mooring/contract';
import { syncCountsOf } from '@mooring/contract';
import { z } from 'zod';
import { MooringError } from '../../../platform/problem.ts';
import { judged } from '../../resources/sources.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { heldUntilEnd } from '../hold.ts';
import { timeoutSeconds } from './fields.ts';
import { findMadeFolder } from './find-folder.ts';
import { fromUuid, toUuid } from './uuid.ts';

/** Cloud-synced folders are sources. */
export const cloudSyncRoutes: ClientRoute[] = [
  {
    method: 'POST',
    path: '/v2/public/storage/folders/:folder/cloud-synced-folder-syncs',
    action: 'sources.change',
    answer: async input => {
      const folder = await findMadeFolder(input, input.params.folder!);
      if (folder.sourceId === null) throw notSynced(folder.name);
      const subject = { type: 'source', id: folder.sourceId } as const;
      const start = { kind: 'sync', subject, unit: 'objects', options: {} } as const;
      const { id } = await input.services.operations.start(input.caller.workspaceId, start).catch(sameSync);
      return toUuid(id);
    },
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/cloud-linked-folder-syncs/:sync/long-polling',
    action: 'operations.see',
    waits: true,
    answer: async input => {
      await findMadeFolder(input, input.params.folder!);
      const query = read(z.object({ timeoutSeconds }), input.query);
      const id = fromUuid('operation', input.params.sync!, 'sync');
      return syncShape(await heldUntilEnd(input, id, query.timeoutSeconds));
    },
  },
];

/**
 * Makes the source of a cloud-synced folder.
 * @returns its id
 * @throws MooringError `invalid_request` where the connection does not reach the address; as `createSource`
 */
export async function createSyncedFolder(
  input: ClientInput,
  { integrationUuid, remoteUrl }: { integrationUuid: string; remoteUrl: string },
  folderName: string,
): Promise<string> {
  const { services, caller } = input;
  const connectionId = fromUuid('connection', integrationUuid, 'integration');
  const { provider, location, name } = await judged(services, caller.workspaceId, { connectionId });
  const { kind } = services.kinds.get(provider);
  // An address names an object; that of a folder names every object whose key begins so.
  const within = kind.location.owns(`${remoteUrl.replace(/\/*$/, '')}/_`, location);
  if (!within) throw notReached(name);
  const { container, key } = within;
  const body = { connectionId, container, prefix: key.slice(0, -1), folderName };
  await input.requireQuota('createSource');
  const { id } = await input.act('source.created', () =>
    services.catalogue.createSource(caller.workspaceId, body),
  );
  return id;
}

/** A sync that runs is the one that was asked for. */
function sameSync(error: unknown): { id: string } {
  if (error instanceof MooringError && error.operationId) return { id: error.operationId };
  throw error;
}

const STATES: Record<Operation['status'], string> = {
  ...{ queued: 'pending', running: 'pending', paused: 'pending', cancelling: 'pending' },
  ...{ succeeded: 'done', failed: 'error', cancelled: 'cancelled' },
};

function syncShape(operation: Operation) {
  const counts = syncCountsOf(operation);
  const status = STATES[operation.status];
  const one = (state: string) => (status === state ? 1 : 0);
  const done = counts ? counts.listed - counts.skipped : 0;
  return {
    status,
    scanPagesProcessingPending: one('pending'),
    scanPagesProcessingDone: one('done'),
    scanPagesProcessingError: one('error'),
    scanPagesProcessingCancelled: one('cancelled'),
    uploadJobsPending: one('pending'),
    uploadJobsDone: one('done'),
    uploadJobsError: one('error'),
    uploadJobsUnitsPending: Math.max(0, (operation.total ?? operation.done) - operation.done),
    uploadJobsUnitsDone: done,
    uploadJobsUnitsError: operation.errorCount,
    uploadJobsUnitsCancelled: 0,
  };
}

const notSynced = (folder: string): MooringError =>
  new MooringError('conflict', `“${folder}” is not synced: lists are registered into it.`, {
    fix: 'Add files to it with add_private_data_to_folder_start, or make a folder with create_cloud_synced_folder.',
  });

const notReached = (connection: string): MooringError =>
  new MooringError('invalid_request', `The integration “${connection}” does not reach this remote URL.`, {
    fix: 'Give a URL of a container that the connection reaches, with the folder behind it.',
  });
