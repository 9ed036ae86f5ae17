import { previewSource as preview } from '../../sync/preview.ts';
import { route } from '../route.ts';

export const previewSource = route({
  id: 'previewSource',
  handle: async ({ services, caller, body, signal }) => {
    const { connections } = services;
    const { location } = await connections.get(caller.workspaceId, body.connectionId);
    const { provider } = await connections.open(caller.workspaceId, body.connectionId);
    return preview({ provider, location }, body, signal);
  },
});
