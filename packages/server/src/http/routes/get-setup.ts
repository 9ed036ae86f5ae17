import { route } from '../route.ts';

export const getSetup = route({
  id: 'getSetup',
  handle: async ({ services, params, request }) => services.access.openSetupLink(params.token, request.ip),
});
