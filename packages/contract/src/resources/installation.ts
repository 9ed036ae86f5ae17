import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { kindOffers, storageKindId } from '../storage-kinds.ts';

/** What this installation offers: which credentials can be chosen, and what an administrator has to know for them. */
export const installation = z
  .object({
    version: z.string(),
    origins: z.array(z.string()).meta({ description: 'Origins that browsers load from' }),
    storageKinds: z.array(storageKindId).meta({ description: 'The first is the default' }),
    offers: kindOffers,
  })
  .meta({ id: 'Installation' });
export type Installation = z.infer<typeof installation>;

const health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

/** The server itself, and what it offers. */
export const installationRoutes = {
  health: defineRoute({
    method: 'GET',
    path: '/health',
    tag: 'service',
    summary: 'Whether the server answers',
    description: 'It asks nothing else: a server that fails this has to be started again.',
    action: null,
    status: 200,
    response: health,
  }),
  ready: defineRoute({
    method: 'GET',
    path: '/ready',
    tag: 'service',
    summary: 'Whether the server and its database answer',
    description: 'Send requests to a server only while this succeeds.',
    action: null,
    status: 200,
    response: health,
  }),
  getInstallation: defineRoute({
    method: 'GET',
    path: '/v1/installation',
    tag: 'service',
    summary: 'Which credentials can be chosen here, and what is needed for them',
    action: 'connections.read',
    status: 200,
    response: installation,
  }),
} as const;
