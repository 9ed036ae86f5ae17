import { z } from 'zod';
import { type ClientRoute, read } from '../client-route.ts';
import { toUuid } from './uuid.ts';

const MOST = 1000;
const texts = z
  .union([z.string().max(300), z.array(z.string().max(300)).max(MOST)])
  .optional()
  .transform(value => (value === undefined ? null : new Set([value].flat())));
const filter = z.object({ filterIntegrationUuids: texts, filterIntegrationTitles: texts });

/** Integrations are connections. */
export const integrationRoutes: ClientRoute[] = [
  {
    method: 'GET',
    path: '/v2/public/cloud-integrations',
    action: 'connections.see',
    answer: async ({ services, caller, query }) => {
      const { filterIntegrationUuids: uuids, filterIntegrationTitles: titles } = read(filter, query);
      const { items } = await services.connections.list(caller.workspaceId, { limit: MOST });
      const all = items.map(({ id, name }) => ({ integrationUuid: toUuid(id), title: name }));
      const result = all.filter(
        ({ integrationUuid, title }) => (uuids?.has(integrationUuid) ?? true) && (titles?.has(title) ?? true),
      );
      return { result };
    },
  },
];
