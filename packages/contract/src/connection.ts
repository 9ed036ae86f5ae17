import { z } from 'zod';
import { id, timestamp } from './common.ts';

export const accessMode = z.enum(['server', 'client-only']).meta({
  description:
    '`server`: Mooring may read headers and sign. `client-only`: its server never sends a request to the data.',
});
export type AccessMode = z.infer<typeof accessMode>;

export const connectionStatus = z.enum(['draft', 'verifying', 'healthy', 'degraded', 'broken']);
export type ConnectionStatus = z.infer<typeof connectionStatus>;

/** How bytes reach a browser: straight from the storage, or streamed through Mooring. */
export const deliveryMode = z.enum(['direct', 'relay']);
export type DeliveryMode = z.infer<typeof deliveryMode>;

/** Where the data is. `endpoint` is the blob endpoint of the account, without a trailing slash. */
export const azureLocation = z
  .object({
    account: z.string(),
    endpoint: z.url(),
    container: z.string(),
    prefix: z.string().meta({ description: 'Only keys that begin with this; empty for the whole container' }),
  })
  .meta({ id: 'AzureLocation' });
export type AzureLocation = z.infer<typeof azureLocation>;

/** As typed: either the parts, or any URL of a blob or container. Normalised by `parseAzureLocation`. */
export const azureLocationInput = z
  .strictObject({
    url: z.string().optional().meta({ description: 'Any URL of the container or of a blob in it' }),
    account: z.string().optional(),
    endpoint: z.string().optional().meta({ description: 'Default: https://ACCOUNT.blob.core.windows.net' }),
    container: z.string().optional(),
    prefix: z.string().optional(),
  })
  .meta({ id: 'AzureLocationInput' });
export type AzureLocationInput = z.infer<typeof azureLocationInput>;

export const credentialInput = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('azure-app'),
      tenantId: z.string().min(1),
      clientId: z.string().min(1),
      clientSecret: z.string().min(1).meta({ writeOnly: true }),
    }),
    z.strictObject({
      kind: z.literal('azure-sas'),
      sasToken: z.string().min(1).meta({ writeOnly: true }),
      deliverySasToken: z.string().min(1).optional().meta({
        writeOnly: true,
        description: 'A second account SAS that grants nothing but read on objects; allows direct delivery',
      }),
    }),
  ])
  .meta({ id: 'CredentialInput' });
export type CredentialInput = z.infer<typeof credentialInput>;

/** What a SAS token says of itself. The signature is not part of it. */
export const sasSummary = z.object({
  version: z.string(),
  permissions: z.string(),
  services: z.string(),
  resourceTypes: z.string(),
  startsAt: timestamp.nullable(),
  expiresAt: timestamp,
  ipRange: z.string().nullable(),
  protocol: z.string().nullable(),
});
export type SasSummary = z.infer<typeof sasSummary>;

/** What may be shown of a credential: everything but the secret. */
export const credential = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('azure-app'), tenantId: z.string(), clientId: z.string() }),
    z.object({ kind: z.literal('azure-sas'), sas: sasSummary, deliverySas: sasSummary.nullable() }),
  ])
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credential>;

export const connection = z
  .object({
    id: id('connection'),
    name: z.string(),
    provider: z.literal('azure'),
    accessMode,
    location: azureLocation,
    credential,
    delivery: deliveryMode,
    status: connectionStatus,
    statusReason: z.string().nullable(),
    lastCheckedAt: timestamp.nullable(),
    assetCount: z.number().int(),
    revision: z.number().int().meta({ description: 'Rises with each change; send as If-Match' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof connection>;

export const connectionCreate = z.strictObject({
  name: z.string().trim().min(1).max(120),
  provider: z.literal('azure').default('azure'),
  accessMode: accessMode.default('server'),
  location: azureLocationInput,
  credential: credentialInput,
});
export type ConnectionCreate = z.input<typeof connectionCreate>;

export const connectionUpdate = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  credential: credentialInput.optional(),
});
export type ConnectionUpdate = z.input<typeof connectionUpdate>;
