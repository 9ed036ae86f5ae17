import type { datasetRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const datasetHandlers = {
  listDatasets: async ({ services, caller, query }) =>
    services.datasets.listDatasets(caller.workspaceId, query),

  createDataset: async ({ services, caller, body }) =>
    services.datasets.createDataset(caller.workspaceId, body),

  getDataset: async ({ services, caller, params }) =>
    services.datasets.getDataset(caller.workspaceId, params.datasetId),

  updateDataset: async ({ services, caller, params, body, ifRevision }) =>
    services.datasets.updateDataset(caller.workspaceId, params.datasetId, body, ifRevision),

  deleteDataset: async ({ services, caller, params }) =>
    services.datasets.deleteDataset(caller.workspaceId, params.datasetId),

  createDatasetVersion: async ({ services, caller, params, body }) =>
    services.datasets.createVersion(caller.workspaceId, params.datasetId, body),

  listDatasetVersions: async ({ services, caller, params, query }) =>
    services.datasets.listVersions(caller.workspaceId, params.datasetId, query),

  getDatasetVersion: async ({ services, caller, params }) =>
    services.datasets.getVersion(caller.workspaceId, params.datasetId, params.version),

  listDatasetMembers: async ({ services, caller, params, query }) =>
    services.datasets.listMembers(caller.workspaceId, params.datasetId, params.version, query),

  getDatasetDifference: async ({ services, caller, params, query }) =>
    services.datasets.getDifference(caller.workspaceId, params.datasetId, params.version, query.from),

  listDatasetChanges: async ({ services, caller, params, query }) =>
    services.datasets.listChanges(caller.workspaceId, params.datasetId, params.version, query),
} satisfies Handlers<typeof datasetRoutes>;
