import { route } from '../route.ts';

export const getBrowserProbe = route({
  id: 'getBrowserProbe',
  handle: async ({ services, caller, params: { connectionId }, baseUrl, signal }) => {
    const { workspaceId } = caller;
    const { container, sample } = await services.connections.findSample(workspaceId, connectionId, signal);
    const { key, sizeBytes, contentType } = sample;
    const url = await services.delivery.probe(workspaceId, connectionId, { container, key }, baseUrl);
    return { key, sizeBytes, contentType, ...url };
  },
});
