// What the API takes and shows of this kind.
import { z } from 'zod';

const container = z.string().meta({
  description: 'Scheme, host and port that all URLs begin with',
  example: 'https://data.example.com',
});
const prefix = z
  .string()
  .meta({ description: 'Only URLs whose path begins with this; empty: all of the host' });

export const directLocation = z.object({ container, prefix }).meta({ id: 'DirectLocation' });
export type DirectLocation = z.infer<typeof directLocation>;

export const directLocationInput = z
  .strictObject({
    url: z.string().optional().meta({ description: 'What all URLs begin with' }),
    container: z.string().optional(),
    prefix: z.string().optional(),
  })
  .meta({ id: 'DirectLocationInput' });

export const directCredentialInput = z
  .strictObject({ kind: z.literal('direct-urls') })
  .meta({ id: 'DirectCredentialInput' });
export type DirectCredentialInput = z.infer<typeof directCredentialInput>;

export const directCredential = z.object({ kind: z.literal('direct-urls') }).meta({ id: 'DirectCredential' });
export type DirectCredential = z.infer<typeof directCredential>;

export const directSetupRequest = z
  .strictObject({ provider: z.literal('direct'), location: directLocation })
  .meta({ id: 'DirectSetupRequest' });
