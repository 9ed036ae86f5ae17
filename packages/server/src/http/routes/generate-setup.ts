import { generateSetup as generate } from '@mooring/contract';
import { route } from '../route.ts';

export const generateSetup = route({
  id: 'generateSetup',
  handle: async ({ body }) => generate(body),
});
