// What every storage kind has in common. Each kind has fields of its own beside these: its package describes them,
// the server has it judge them, and the OpenAPI document shows them (see `KindSchemas`).
import { z } from 'zod';

/** The storage kind of a connection. */
export const storageKindId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'expected the id of a storage kind' })
  .meta({ description: 'The storage kind: which service holds the data' });

/** Where the data is. A kind adds what else it needs to reach it. */
export const storageLocation = z
  .looseObject({
    container: z.string(),
    prefix: z.string().meta({ description: 'Only keys that begin with this; empty for the whole container' }),
  })
  .meta({ id: 'Location' });
export type StorageLocation = z.infer<typeof storageLocation>;

/** A location as it is typed: an address, or its parts. The kind reads it. */
export const storageLocationInput = z.record(z.string(), z.string().optional()).meta({ id: 'LocationInput' });
export type StorageLocationInput = z.infer<typeof storageLocationInput>;

/** How Mooring proves to the storage who it is. `kind` is one of the ways of the storage kind. */
export const credentialInput = z.looseObject({ kind: z.string() }).meta({ id: 'CredentialInput' });
export type CredentialInput = z.infer<typeof credentialInput>;

/** What may be shown of a credential: everything but the secret. */
export const credential = z.looseObject({ kind: z.string() }).meta({ id: 'Credential' });
export type Credential = z.infer<typeof credential>;

/** What a kind needs to know of this installation, by kind; its fields are the kind's own. */
export const kindOffers = z.record(z.string(), z.looseObject({})).meta({ id: 'KindOffers' });

/** How a storage says what changed between syncs. The kind names the ways and reads the fields. */
export const feedCreate = z.looseObject({ kind: z.string() }).meta({ id: 'FeedCreate' });
export type FeedCreate = z.infer<typeof feedCreate>;

/** The identity and the location that set-up texts are made for. The kind reads its own fields. */
export const setupRequest = z
  .looseObject({
    provider: storageKindId
      .optional()
      .meta({ description: 'Default: the first that `getInstallation` names' }),
    location: storageLocation,
  })
  .meta({ id: 'SetupRequest' });
export type SetupRequest = z.infer<typeof setupRequest>;

/** What a storage kind adds to the API: what stands in the place of the schemas above, and its error codes. */
export interface KindSchemas {
  id: string;
  schemas: {
    Location: z.ZodType;
    LocationInput: z.ZodType;
    Credential: z.ZodType;
    CredentialInput: z.ZodType;
    /** What the installation offers of the kind. */
    KindOffers: z.ZodType;
    FeedCreate: z.ZodType;
    SetupRequest: z.ZodType;
  };
  /** Codes of problems that only this kind has, each with its title. Their status is 400. */
  problems: Readonly<Record<string, string>>;
}
