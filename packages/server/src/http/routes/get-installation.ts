import { route } from '../route.ts';

export const getInstallation = route({
  id: 'getInstallation',
  handle: async ({ services, baseUrl }) => ({
    version: services.version,
    origins: [new URL(baseUrl).origin],
    ...(await services.connections.describeOffers()),
  }),
});
