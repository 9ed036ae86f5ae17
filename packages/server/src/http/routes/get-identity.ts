import { route } from '../route.ts';

export const getIdentity = route({
  id: 'getIdentity',
  handle: async ({ caller }) => caller,
});
