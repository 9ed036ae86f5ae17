import type { ClientRoute } from '../client-route.ts';
import { STORAGE_PROVIDERS } from './storage-providers.ts';

const MOST_CONNECTIONS = 1000;

/** The team is the workspace, and storages are connections. */
export const teamRoutes: ClientRoute[] = [
  {
    method: 'GET',
    path: '/api/users/token_info',
    action: 'self.see',
    answer: async ({ caller }) => ({ selected_team: { slug: teamSlug(caller.workspace.name) } }),
  },
  {
    method: 'GET',
    path: '/api/teams/:team/storage',
    action: 'connections.read',
    answer: async ({ services, caller }) => {
      const { items } = await services.connections.list(caller.workspaceId, { limit: MOST_CONNECTIONS });
      return items.flatMap(({ name, provider, location }, at) => {
        const known = STORAGE_PROVIDERS[provider];
        const { container = '', prefix = '' } = location;
        return known
          ? {
              ...{ name, provider: known, readonly: false, default: at === 0, bucket: container },
              prefix: [container, prefix.replace(/\/$/, '')].filter(part => part !== '').join('/'),
            }
          : [];
      });
    },
  },
];

const teamSlug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'mooring';
