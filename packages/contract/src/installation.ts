import { z } from 'zod';

/** What this installation offers: which credentials can be chosen, and what an administrator has to know for them. */
export const installation = z
  .object({
    version: z.string(),
    origins: z.array(z.string()).meta({ description: 'Origins that browsers load from' }),
    mooringApp: z
      .object({ clientId: z.string() })
      .nullable()
      .meta({ description: 'Its multi-tenant app; null where the operator has set none' }),
    federation: z.object({ issuer: z.string(), subject: z.string(), audience: z.string() }).nullable().meta({
      description: 'What an app registration must trust for `azure-app-federated`; null where there is none',
    }),
    managedIdentity: z.boolean().meta({ description: 'Whether the operator lets connections use it' }),
    azureCli: z.boolean().meta({ description: 'Whether the operator lets connections use `az login`' }),
  })
  .meta({ id: 'Installation' });
export type Installation = z.infer<typeof installation>;
