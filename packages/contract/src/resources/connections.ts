import { z } from 'zod';
import { id, page, pageQuery, revision, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import {
  credential,
  credentialInput,
  storageKindId,
  storageLocation,
  storageLocationInput,
} from '../storage-kinds.ts';
import { operation } from './operations.ts';

export const accessMode = z.enum(['server', 'client-only']).meta({
  description:
    '`server`: Mooring may read headers and sign. `client-only`: its server never sends a request to the data.',
});
export type AccessMode = z.infer<typeof accessMode>;

export const connectionStatus = z
  .enum(['draft', 'verifying', 'healthy', 'degraded', 'broken', 'unlinked'])
  .meta({
    description: '`unlinked`: nothing uses it any more; it can be linked again with a new credential',
  });
export type ConnectionStatus = z.infer<typeof connectionStatus>;

/** How bytes reach a browser: straight from the storage, or streamed through Mooring. */
export const deliveryMode = z.enum(['direct', 'relay']);
export type DeliveryMode = z.infer<typeof deliveryMode>;

export const ownershipProof = z
  .string()
  .meta({ description: 'How it was proven: one of the marks of the storage kind, or `sign-in`' });
export type OwnershipProof = z.infer<typeof ownershipProof>;

/** Whether the owner of the storage account wants this workspace. */
export const ownership = z
  .object({
    token: z.string().meta({
      description: 'What the owner’s mark must hold; not a secret',
    }),
    markerKey: z.string().meta({ description: 'The key of the object that can be the mark' }),
    provenAt: timestamp.nullable(),
    provenBy: ownershipProof.nullable(),
  })
  .meta({ id: 'Ownership' });
export type Ownership = z.infer<typeof ownership>;

/** Something that will need attention, before it breaks. */
export const connectionWarning = z
  .object({
    code: z.enum(['credential_expires', 'credential_expired', 'delivery_credential_expires', 'too_broad']),
    message: z.string(),
    fix: z.string(),
    at: timestamp.nullable().meta({ description: 'When it will matter' }),
  })
  .meta({ id: 'ConnectionWarning' });
export type ConnectionWarning = z.infer<typeof connectionWarning>;

/** Another connection of the workspace to the same account. This is allowed, and shown so that it surprises no reader. */
export const connectionOverlap = z
  .object({
    connectionId: id('connection'),
    name: z.string(),
    relation: z.enum(['same-account', 'same-place', 'contains', 'inside']).meta({
      description: 'How the other relates to this one. `contains`: this one lies inside the other',
    }),
  })
  .meta({ id: 'ConnectionOverlap' });
export type ConnectionOverlap = z.infer<typeof connectionOverlap>;

export const connection = z
  .object({
    id: id('connection'),
    name: z.string(),
    provider: storageKindId,
    accessMode,
    location: storageLocation,
    credential,
    renditionPrefix: z.string().nullable().meta({
      description: 'Where Mooring may write renditions; null: it writes nothing',
    }),
    ownership: ownership.nullable().meta({ description: 'null: the credential proves it by itself' }),
    delivery: deliveryMode,
    warnings: z.array(connectionWarning),
    overlaps: z.array(connectionOverlap),
    status: connectionStatus,
    statusReason: z.string().nullable(),
    isSetUp: z.boolean().meta({
      description: 'Whether it has worked once or has a source; false: its set-up is unfinished',
    }),
    lastCheckedAt: timestamp.nullable(),
    nextCheckAt: timestamp.nullable().meta({ description: 'When Mooring checks it again by itself' }),
    assetCount: z.number().int(),
    revision,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof connection>;

const renditionPrefix = z
  .string()
  .min(1)
  .max(512)
  .regex(/\/$/, { error: 'expected a prefix that ends in /' })
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'expected no control characters' });

export const connectionCreate = z.strictObject({
  name: z.string().trim().min(1).max(120),
  provider: storageKindId.optional().meta({ description: 'Default: the first that `getInstallation` names' }),
  accessMode: accessMode.default('server'),
  location: storageLocationInput,
  credential: credentialInput,
  renditionPrefix: renditionPrefix.optional(),
});
export type ConnectionCreate = z.input<typeof connectionCreate>;

export const connectionUpdate = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  renditionPrefix: renditionPrefix.nullable().optional(),
});
export type ConnectionUpdate = z.input<typeof connectionUpdate>;

/** What happens to its assets when a connection is deleted. */
export const connectionDelete = z.strictObject({
  assets: z.enum(['remove', 'tombstone']).default('remove').meta({
    description:
      '`tombstone`: they stay as assets that have gone, so that labels elsewhere keep their assets',
  }),
});
export type AssetsAfterDelete = z.infer<typeof connectionDelete>['assets'];

/** One level of a container, for choosing a prefix. */
export const browsePage = z
  .object({
    container: z.string(),
    prefix: z.string(),
    prefixes: z.array(z.string()).meta({ description: 'Whole prefixes, each ending in /' }),
    objects: z.array(
      z.object({ key: z.string(), sizeBytes: z.number().int(), contentType: z.string().nullable() }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'BrowsePage' });
export type BrowsePage = z.infer<typeof browsePage>;

/** What everyone in the workspace may know of a connection: nothing of its settings. */
export const connectionHealth = z
  .object({ id: id('connection'), name: z.string(), status: connectionStatus })
  .meta({ id: 'ConnectionHealth' });
export type ConnectionHealth = z.infer<typeof connectionHealth>;

export const connectionParams = z.object({ connectionId: id('connection') });

/** Connections: made, read, changed and deleted. */
export const connectionRoutes = {
  listConnections: defineRoute({
    method: 'GET',
    path: '/v1/connections',
    tag: 'connections',
    summary: 'Connections, oldest first',
    action: 'connections.read',
    query: pageQuery,
    status: 200,
    response: page(connection),
  }),
  listConnectionHealth: defineRoute({
    method: 'GET',
    path: '/v1/connection-health',
    tag: 'connections',
    summary: 'Names of connections and whether they work, oldest first',
    action: 'connections.see',
    query: pageQuery,
    status: 200,
    response: page(connectionHealth),
  }),
  createConnection: defineRoute({
    method: 'POST',
    path: '/v1/connections',
    tag: 'connections',
    summary: 'Connect a container',
    description: 'The credential is checked for its shape only; run the checks to prove that it works.',
    action: 'connections.change',
    body: connectionCreate,
    status: 201,
    response: connection,
    audit: 'connection.created',
  }),
  getConnection: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId',
    tag: 'connections',
    summary: 'One connection',
    action: 'connections.read',
    params: connectionParams,
    status: 200,
    response: connection,
  }),
  updateConnection: defineRoute({
    method: 'PATCH',
    path: '/v1/connections/:connectionId',
    tag: 'connections',
    summary: 'Rename it, or say where renditions may be written',
    action: 'connections.change',
    params: connectionParams,
    body: connectionUpdate,
    status: 200,
    response: connection,
    audit: 'connection.updated',
  }),
  deleteConnection: defineRoute({
    method: 'DELETE',
    path: '/v1/connections/:connectionId',
    tag: 'connections',
    summary: 'Stop using it at once, then remove its sources and assets',
    description: 'Nothing in the storage is touched. Running syncs of it are cancelled.',
    action: 'connections.change',
    params: connectionParams,
    query: connectionDelete,
    status: 202,
    response: operation,
    audit: 'connection.removed',
  }),
  browseConnection: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/browse',
    tag: 'connections',
    summary: 'One level of a container, straight from the storage',
    action: 'connections.check',
    params: connectionParams,
    query: z.strictObject({
      container: z.string().max(255).optional().meta({ description: "Default: the connection's container" }),
      prefix: z.string().max(1024).optional().meta({ description: "Default: the connection's prefix" }),
      cursor: z.string().max(10_000).optional(),
    }),
    status: 200,
    response: browsePage,
  }),
} as const;
