import { z } from 'zod';
import type { ClientFolder } from '../../../catalogue/client-folders.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';

const create = z.object({ name: z.string().trim().min(1).max(200) });
/** One answer holds them all. */
const MOST_DATASETS = 10_000;

/** A dataset is a folder that a client has made. */
export const datasetRoutes: ClientRoute[] = [
  {
    method: 'GET',
    path: '/api/datasets',
    action: 'assets.see',
    answer: async input => {
      const counts = await input.services.catalogue.countClientFolders(input.caller.workspaceId);
      return (await datasetsOf(input)).map(folder => datasetShape(folder, counts.get(folder.id) ?? 0));
    },
  },
  {
    method: 'POST',
    path: '/api/datasets',
    action: 'sources.change',
    answer: async ({ services, caller, body }) => {
      const { name } = read(create, body);
      const made = await services.catalogue.createClientFolder(caller.workspaceId, { name }, caller.name);
      return datasetShape(made, 0);
    },
  },
];

export const datasetsOf = ({
  services,
  caller,
}: Pick<ClientInput, 'services' | 'caller'>): Promise<ClientFolder[]> =>
  services.catalogue.listClientFolders(caller.workspaceId, { limit: MOST_DATASETS });

const datasetShape = ({ number, name, slug }: ClientFolder, items: number) => ({
  ...{ id: number, name, slug, num_items: items, progress: 0 },
});
