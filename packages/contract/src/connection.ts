import { z } from 'zod';
import { id, timestamp } from './common.ts';
import { fix } from './fix.ts';

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

const tenantId = z.string().min(1).meta({ description: 'The directory: a GUID or a domain' });
const clientId = z.string().min(1).meta({ description: 'The application (client) id: a GUID' });
const secret = z.string().min(1).meta({ writeOnly: true });

/**
 * How Mooring proves to the storage who it is. Never an account key. Where the proof is not a secret of the
 * account's owner (`SHARED_IDENTITIES`), the owner has to say that this workspace is wanted: see `ownership`.
 */
export const credentialInput = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('azure-app'), tenantId, clientId, clientSecret: secret })
      .meta({ description: "The customer's own app registration, with a client secret" }),
    z
      .strictObject({
        kind: z.literal('azure-app-certificate'),
        tenantId,
        clientId,
        certificatePem: secret.meta({
          writeOnly: true,
          description: 'PEM: the certificate and its unencrypted private key',
        }),
      })
      .meta({ description: "The customer's own app registration, with a certificate" }),
    z
      .strictObject({ kind: z.literal('azure-app-federated'), tenantId, clientId })
      .meta({ description: 'An app registration that trusts the workload identity of this installation' }),
    z
      .strictObject({ kind: z.literal('azure-mooring-app'), tenantId })
      .meta({ description: 'The multi-tenant app of this installation, after consent in that tenant' }),
    z.strictObject({ kind: z.literal('azure-managed-identity'), clientId: clientId.optional() }).meta({
      description: 'The managed identity of the machine; with `clientId` a user-assigned one',
    }),
    z
      .strictObject({ kind: z.literal('azure-cli'), tenantId: tenantId.optional() })
      .meta({ description: 'Whoever is signed in with `az login` on the machine: for local use' }),
    z
      .strictObject({
        kind: z.literal('azure-sas'),
        sasToken: secret.meta({ writeOnly: true, description: 'An account, container or blob SAS' }),
        deliverySasToken: z.string().min(1).optional().meta({
          writeOnly: true,
          description: 'A second SAS that grants nothing but read on objects; allows direct delivery',
        }),
      })
      .meta({ description: 'A pasted SAS token' }),
  ])
  .meta({ id: 'CredentialInput' });
export type CredentialInput = z.infer<typeof credentialInput>;
export type CredentialKind = CredentialInput['kind'];

/**
 * Identities of the installation rather than of a customer. Whoever knows another's account name could name it
 * with one of these, so such a connection is used only once `ownership` is proven.
 */
export const SHARED_IDENTITIES = [
  'azure-app-federated',
  'azure-mooring-app',
  'azure-managed-identity',
  'azure-cli',
] as const satisfies readonly CredentialKind[];

/** What a SAS token says of itself. The signature is not part of it. */
export const sasSummary = z.object({
  type: z.enum(['account', 'container', 'blob', 'directory']).meta({ description: 'What it opens' }),
  version: z.string(),
  permissions: z.string().meta({ description: 'Empty where a stored access policy decides them' }),
  services: z.string().meta({ description: 'Empty but for an account SAS' }),
  resourceTypes: z.string().meta({ description: 'Empty but for an account SAS' }),
  startsAt: timestamp.nullable(),
  expiresAt: timestamp.nullable().meta({ description: 'null: a stored access policy decides it' }),
  ipRange: z.string().nullable(),
  protocol: z.string().nullable(),
  policy: z.string().nullable().meta({ description: 'The stored access policy that it names' }),
});
export type SasSummary = z.infer<typeof sasSummary>;

/** What may be shown of a credential: everything but the secret. */
export const credential = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('azure-app'), tenantId, clientId }),
    z.object({
      kind: z.literal('azure-app-certificate'),
      tenantId,
      clientId,
      thumbprint: z
        .string()
        .meta({ description: 'SHA-1 of the certificate, in hexadecimal, as Azure shows it' }),
      expiresAt: timestamp,
    }),
    z.object({ kind: z.literal('azure-app-federated'), tenantId, clientId }),
    z.object({ kind: z.literal('azure-mooring-app'), tenantId, clientId }),
    z.object({ kind: z.literal('azure-managed-identity'), clientId: clientId.nullable() }),
    z.object({ kind: z.literal('azure-cli'), tenantId: tenantId.nullable() }),
    z.object({ kind: z.literal('azure-sas'), sas: sasSummary, deliverySas: sasSummary.nullable() }),
  ])
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credential>;

export const ownershipProof = z.enum(['container-metadata', 'marker-blob', 'sign-in']);
export type OwnershipProof = z.infer<typeof ownershipProof>;

/** Whether the owner of the storage account wants this workspace. */
export const ownership = z
  .object({
    token: z.string().meta({
      description: 'What the container metadata `mooring_owner` or the marker blob must hold; not a secret',
    }),
    markerKey: z.string().meta({ description: 'The key of the marker blob' }),
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

/** Another connection of the workspace to the same account. Allowed; said, so that nobody wonders. */
export const connectionOverlap = z
  .object({
    connectionId: id('connection'),
    name: z.string(),
    relation: z.enum(['same-account', 'same-place', 'contains', 'inside']).meta({
      description: 'What the other is to this one: `contains`: this one lies inside the other',
    }),
  })
  .meta({ id: 'ConnectionOverlap' });
export type ConnectionOverlap = z.infer<typeof connectionOverlap>;

export const connection = z
  .object({
    id: id('connection'),
    name: z.string(),
    provider: z.literal('azure'),
    accessMode,
    location: azureLocation,
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
    lastCheckedAt: timestamp.nullable(),
    nextCheckAt: timestamp.nullable().meta({ description: 'When it is checked again without being asked' }),
    assetCount: z.number().int(),
    revision: z.number().int().meta({ description: 'Rises with each change; send as If-Match' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof connection>;

const renditionPrefix = z
  .string()
  .min(1)
  .max(512)
  .regex(/\/$/, { error: 'expected a prefix that ends in /' });

export const connectionCreate = z.strictObject({
  name: z.string().trim().min(1).max(120),
  provider: z.literal('azure').default('azure'),
  accessMode: accessMode.default('server'),
  location: azureLocationInput,
  credential: credentialInput,
  renditionPrefix: renditionPrefix.optional(),
});
export type ConnectionCreate = z.input<typeof connectionCreate>;

export const connectionUpdate = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  renditionPrefix: renditionPrefix.nullable().optional(),
});
export type ConnectionUpdate = z.input<typeof connectionUpdate>;

/** What becomes of its assets when a connection is deleted. */
export const connectionDelete = z.strictObject({
  assets: z.enum(['remove', 'tombstone']).default('remove').meta({
    description:
      '`tombstone`: they stay as assets that have gone, so that labels elsewhere keep what they are about',
  }),
});
export type AssetsAfterDelete = z.infer<typeof connectionDelete>['assets'];

/** A new credential for a connection. It is tried before it takes the place of the old one, which works until then. */
export const credentialReplacement = z.strictObject({
  credential: credentialInput,
  acceptLess: z.boolean().default(false).meta({
    description: 'Take it even where it is refused by the storage, or grants less than is in use',
  }),
});
export type CredentialReplacement = z.input<typeof credentialReplacement>;

/** What happened to a connection, newest first. */
export const connectionEvent = z
  .object({
    at: timestamp,
    kind: z.enum([
      'created',
      'renamed',
      'status-changed',
      'credential-replaced',
      'ownership-proven',
      'unlinked',
      'linked-again',
      'warning',
    ]),
    status: connectionStatus,
    detail: z.string(),
    by: z.string().nullable().meta({ description: 'Name of the member or token; null: Mooring itself' }),
  })
  .meta({ id: 'ConnectionEvent' });
export type ConnectionEvent = z.infer<typeof connectionEvent>;

/** URLs that were handed out and still work: nobody can take them back but by revoking in Azure. */
export const issuedUrls = z
  .object({
    count: z.number().int(),
    lastEndsAt: timestamp.nullable(),
    items: z
      .array(z.object({ assetId: id('asset'), key: z.string(), endsAt: timestamp }))
      .meta({ description: 'Those that end last, at most 1,000' }),
  })
  .meta({ id: 'IssuedUrls' });
export type IssuedUrls = z.infer<typeof issuedUrls>;

export const unlinkResult = z
  .object({
    connection,
    issuedUrls,
    cancelledOperationIds: z.array(id('operation')),
    revoke: fix.meta({ description: 'What remains to be done in Azure, and the commands' }),
  })
  .meta({ id: 'UnlinkResult' });
export type UnlinkResult = z.infer<typeof unlinkResult>;

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
