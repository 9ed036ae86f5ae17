import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { credentialInput } from '../storage-kinds.ts';
import { connection, connectionParams, connectionStatus } from './connections.ts';

/** A new credential for a connection. It is tried before it takes the place of the old one, which works until then. */
export const credentialReplacement = z.strictObject({
  credential: credentialInput,
  acceptLess: z.boolean().default(false).meta({
    description: 'Take it even where it is refused by the storage, or grants less than is in use',
  }),
});
export type CredentialReplacement = z.input<typeof credentialReplacement>;

/** URLs that were handed out and still work: only revoking at the storage ends them earlier. */
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
    revoke: fix.meta({ description: 'What remains to be done at the storage, and the commands' }),
  })
  .meta({ id: 'UnlinkResult' });
export type UnlinkResult = z.infer<typeof unlinkResult>;

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

/** What happens to a connection: a new credential, its end, and its history. */
export const connectionLifeRoutes = {
  replaceCredential: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/credential',
    tag: 'connections',
    summary: 'Replace its credential without a gap',
    description:
      'The new one is tried first; it is refused (`credential_grants_less`) where it grants less than is in use. The old one works until then. An unlinked connection is linked again by it.',
    scope: 'admin',
    params: connectionParams,
    body: credentialReplacement,
    status: 200,
    response: connection,
  }),
  unlinkConnection: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/unlink',
    tag: 'connections',
    summary: 'Stop every use of it at once, and forget its credential',
    description:
      'Running syncs end, cached keys are dropped, relay addresses and renewals are refused. Its assets stay in the catalogue. Says which URLs still work and until when, and what remains to be revoked at the storage.',
    scope: 'admin',
    params: connectionParams,
    status: 200,
    response: unlinkResult,
  }),
  getIssuedUrls: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/issued-urls',
    tag: 'connections',
    summary: 'URLs that were handed out and still work',
    scope: 'read',
    params: connectionParams,
    status: 200,
    response: issuedUrls,
  }),
  listConnectionEvents: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/events',
    tag: 'connections',
    summary: 'What happened to it, newest first',
    scope: 'read',
    params: connectionParams,
    query: pageQuery,
    status: 200,
    response: page(connectionEvent),
  }),
} as const;
