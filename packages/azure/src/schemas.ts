// What the API takes and shows of this kind.
import { timestamp } from '@mooring/contract';
import { z } from 'zod';

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

// Whether a text is empty is for its field to judge, as every other rule about it.
const tenantId = z.string().meta({ minLength: 1, description: 'The directory: a GUID or a domain' });
const clientId = z.string().meta({ minLength: 1, description: 'The application (client) id: a GUID' });
const secret = z.string().meta({ minLength: 1, writeOnly: true });

/**
 * How Mooring proves to the storage who it is. Never an account key. Where the proof is not a secret of the
 * account's owner (`isShared` in kind/ways.ts), the owner has to say that this workspace is wanted: see `ownership`.
 */
export const azureCredentialInput = z
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
      .meta({ description: 'The person who is signed in with `az login` on the machine: for local use' }),
    z
      .strictObject({
        kind: z.literal('azure-sas'),
        sasToken: secret.meta({
          minLength: 1,
          writeOnly: true,
          description: 'An account, container or blob SAS',
        }),
        deliverySasToken: secret.optional().meta({
          writeOnly: true,
          description: 'A second SAS that grants nothing but read on objects; allows direct delivery',
        }),
      })
      .meta({ description: 'A pasted SAS token' }),
  ])
  .meta({ id: 'AzureCredentialInput' });
export type AzureCredentialInput = z.infer<typeof azureCredentialInput>;
export type AzureCredentialKind = AzureCredentialInput['kind'];

/** What a SAS token says of itself. The signature is not part of it. */
export const sasSummary = z
  .object({
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
  })
  .meta({ id: 'AzureSasSummary' });
export type SasSummary = z.infer<typeof sasSummary>;

/** What may be shown of a credential: everything but the secret. */
export const azureCredential = z
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
  .meta({ id: 'AzureCredential' });
export type AzureCredential = z.infer<typeof azureCredential>;

/** Which credentials this installation offers, and what an administrator has to know for them. */
export const azureOffers = z.object({
  mooringApp: z
    .object({ clientId: z.string() })
    .nullable()
    .meta({ description: 'Its multi-tenant app; null where the operator has set none' }),
  federation: z.object({ issuer: z.string(), subject: z.string(), audience: z.string() }).nullable().meta({
    description: 'What an app registration must trust for `azure-app-federated`; null where there is none',
  }),
  managedIdentity: z.boolean().meta({ description: 'Whether the operator lets connections use it' }),
  azureCli: z.boolean().meta({ description: 'Whether the operator lets connections use `az login`' }),
});

export type AzureOffers = z.infer<typeof azureOffers>;

/** How this kind says what changed between syncs. */
export const azureFeedKind = z.enum(['event-grid', 'storage-queue']).meta({
  description:
    '`event-grid`: Event Grid posts to a URL of Mooring. `storage-queue`: Event Grid puts messages into a queue of the account, and Mooring reads them; works behind a firewall.',
});
export type AzureFeedKind = z.infer<typeof azureFeedKind>;

export const azureFeedCreate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event-grid') }),
  z.strictObject({
    kind: z.literal('storage-queue'),
    queueUrl: z.url().max(500).meta({
      description: 'A queue of the same account, e.g. https://ACCOUNT.queue.core.windows.net/mooring-events',
    }),
  }),
]);
