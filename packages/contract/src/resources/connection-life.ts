import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { fix } from '../fix.ts';
import { defineRoute } from '../route.ts';
import { credentialInput, storageLocationInput } from '../storage-kinds.ts';
import { connection, connectionParams, connectionStatus } from './connections.ts';

/** A new credential for a connection. It is tried before it takes the place of the old one, which works until then. */
export const credentialReplacement = z.strictObject({
  credential: credentialInput,
  acceptLess: z.boolean().default(false).meta({
    description: 'Accept it even if the storage refuses it, or it grants less than is in use',
  }),
});
export type CredentialReplacement = z.input<typeof credentialReplacement>;

/** URLs that were handed out and still work: only revoking at the storage ends them earlier. */
export const issuedUrls = z
  .object({
    count: z.number().int(),
    lastEndsAt: timestamp.nullable(),
    items: z
      .array(
        z.object({
          assetId: id('asset').nullable().meta({ description: 'null: an object that was tested by its key' }),
          key: z.string(),
          endsAt: timestamp,
        }),
      )
      .meta({ description: 'The 1,000 that expire last' }),
  })
  .meta({ id: 'IssuedUrls' });
export type IssuedUrls = z.infer<typeof issuedUrls>;

export const unlinkResult = z
  .object({
    connection,
    issuedUrls,
    cancelledOperationIds: z.array(id('operation')),
    revoke: fix.meta({ description: 'What remains to do at the storage, with the commands' }),
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
      'moved',
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

/** Where the data of a connection really is. */
export const connectionMove = z.strictObject({ location: storageLocationInput });
export type ConnectionMove = z.input<typeof connectionMove>;

/** What happens to a connection: another place while it is set up, a new credential, its end, and its history. */
export const connectionLifeRoutes = {
  moveConnection: defineRoute({
    method: 'PUT',
    path: '/v1/connections/:connectionId/location',
    tag: 'connections',
    summary: 'Correct its location during the set-up',
    description:
      'The credential stays, so no secret is sent again. It is refused (`conflict`) for a connection that has a source. To a host that the storage service does not own, the stored credential does not go: connect it anew.',
    action: 'connections.change',
    params: connectionParams,
    body: connectionMove,
    status: 200,
    response: connection,
    audit: 'connection.moved',
  }),
  replaceCredential: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/credential',
    tag: 'connections',
    summary: 'Replace its credential without a gap',
    description:
      'The new one is tried first. It is refused where it does not work (`credential_refused`) or grants less than is in use (`credential_grants_less`). The old one works until then. A secret that is left out stays as it is, if the old credential is of the same kind. It also links an unlinked connection again.',
    action: 'connections.change',
    params: connectionParams,
    body: credentialReplacement,
    keepsSecrets: true,
    status: 200,
    response: connection,
    audit: 'connection.credential_replaced',
  }),
  unlinkConnection: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/unlink',
    tag: 'connections',
    summary: 'Stop every use of it at once, and forget its credential',
    description:
      'Running syncs end, cached keys are dropped, and relay addresses and renewals are refused. Its assets stay in the catalogue. The answer says which URLs still work and until when, and what remains to revoke at the storage.',
    action: 'connections.change',
    params: connectionParams,
    status: 200,
    response: unlinkResult,
    audit: 'connection.unlinked',
  }),
  getIssuedUrls: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/issued-urls',
    tag: 'connections',
    summary: 'URLs that were handed out and still work',
    action: 'connections.read',
    params: connectionParams,
    status: 200,
    response: issuedUrls,
  }),
  listConnectionEvents: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/events',
    tag: 'connections',
    summary: 'Its history, newest first',
    action: 'connections.read',
    params: connectionParams,
    query: pageQuery,
    status: 200,
    response: page(connectionEvent),
  }),
} as const;
