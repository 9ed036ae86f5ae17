import type { AuditFilter } from '@mooring/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '@/api/client.ts';

// What the pages ask the server, and under which keys the answers are kept.

const HEALTH_EVERY_MS = 3000;
const HEALTH_WITHIN_SECONDS = 10;

/** Whether the server answers: asked by itself and without another attempt, so that silence is seen at once. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => client.call('health', { signal, timeoutSeconds: HEALTH_WITHIN_SECONDS }),
  refetchInterval: HEALTH_EVERY_MS,
  retry: false,
  networkMode: 'always', // a browser that says it is offline may still reach a server on this machine
});

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => client.call('getSignInOptions', { signal }),
  staleTime: 60_000,
});

export const identityQuery = queryOptions({
  queryKey: ['identity'],
  queryFn: ({ signal }) => client.call('getIdentity', { signal }),
  staleTime: 60_000,
});

export const workspaceQuery = queryOptions({
  queryKey: ['workspace'],
  queryFn: ({ signal }) => client.call('getWorkspace', { signal }),
});

/** What the operator offers: it changes only with a restart. */
export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: ({ signal }) => client.call('getInstallation', { signal }),
  staleTime: 60_000,
});

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listMembers', { signal })),
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listInvitations', { signal })),
});

/** @param isOwn only those of the person who is signed in */
export const tokensQuery = (isOwn: boolean) =>
  queryOptions({
    queryKey: ['tokens', { isOwn }],
    queryFn: ({ signal }) =>
      Array.fromAsync(client.pages(isOwn ? 'listOwnTokens' : 'listTokens', { signal })),
  });

/** Those of the person who is signed in. */
export const sshKeysQuery = queryOptions({
  queryKey: ['ssh-keys'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listOwnSshKeys', { signal })),
});

/** @param isOwn only those of the person who is signed in */
export const sessionsQuery = (isOwn: boolean) =>
  queryOptions({
    queryKey: ['sessions', { isOwn }],
    queryFn: ({ signal }) =>
      Array.fromAsync(client.pages(isOwn ? 'listOwnSessions' : 'listSessions', { signal })),
  });

/** Sign-in links and setup links that still work. */
export const linksQuery = queryOptions({
  queryKey: ['links'],
  queryFn: async ({ signal }) => [
    ...(await Array.fromAsync(client.pages('listSignInLinks', { signal }))),
    ...(await Array.fromAsync(client.pages('listSetupLinks', { signal }))),
  ],
});

/** Links that open assets without signing in. */
export const openLinksQuery = queryOptions({
  queryKey: ['open-links'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listLinks', { signal })),
});

export const auditQuery = queryOptions({
  queryKey: ['audit'],
  queryFn: ({ signal }) => client.call('getAudit', { signal }),
});

export const auditEntriesQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit-entries', filter],
    queryFn: ({ pageParam, signal }) =>
      client.call('listAuditEntries', {
        query: { ...filter, limit: 50, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listConnections', { signal })),
});

/** What everyone in the workspace may know of connections. */
export const connectionHealthQuery = queryOptions({
  queryKey: ['connections', 'health'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listConnectionHealth', { signal })),
});

export const connectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connections', connectionId],
    queryFn: ({ signal }) => client.call('getConnection', { params: { connectionId }, signal }),
  });

/** Under the connection's key, so that what changes it renews them. */
export const connectionEventsQuery = (connectionId: string) =>
  infiniteQueryOptions({
    queryKey: ['connections', connectionId, 'events'],
    queryFn: ({ pageParam, signal }) =>
      client.call('listConnectionEvents', {
        params: { connectionId },
        query: { limit: 10, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const issuedUrlsQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connections', connectionId, 'issued-urls'],
    queryFn: ({ signal }) => client.call('getIssuedUrls', { params: { connectionId }, signal }),
  });

export const profilesQuery = queryOptions({
  queryKey: ['profiles'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listProfiles', { signal })),
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listWebhooks', { signal })),
});

export const webhookDeliveriesQuery = (webhookId: string) =>
  queryOptions({
    queryKey: ['webhooks', webhookId, 'deliveries'],
    queryFn: async ({ signal }) =>
      (
        await client.call('listWebhookDeliveries', {
          params: { webhookId },
          query: { limit: 50 },
          signal,
        })
      ).items,
  });

export const checksQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['checks', connectionId],
    queryFn: ({ signal }) => client.call('getChecks', { params: { connectionId }, signal }),
  });

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listSources', { signal })),
});

export const sourceQuery = (sourceId: string) =>
  queryOptions({
    queryKey: ['sources', sourceId],
    queryFn: ({ signal }) => client.call('getSource', { params: { sourceId }, signal }),
  });

export const feedsQuery = (sourceId: string) =>
  queryOptions({
    queryKey: ['feeds', sourceId],
    queryFn: async ({ signal }) => (await client.call('listFeeds', { params: { sourceId }, signal })).items,
  });

export const LATEST_OPERATIONS = 50;

/** The latest operations, for the presence in the rail and the list. */
export const operationsQuery = queryOptions({
  queryKey: ['operations'],
  queryFn: async ({ signal }) =>
    (await client.call('listOperations', { query: { limit: LATEST_OPERATIONS }, signal })).items,
});

export const operationQuery = (operationId: string) =>
  queryOptions({
    queryKey: ['operation', operationId],
    queryFn: ({ signal }) => client.call('getOperation', { params: { operationId }, signal }),
  });

export const folderQuery = (folderId: string) =>
  queryOptions({
    queryKey: ['folders', 'one', folderId],
    queryFn: ({ signal }) => client.call('getFolder', { params: { folderId }, signal }),
    staleTime: 30_000,
  });

export const assetQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['asset', assetId],
    queryFn: ({ signal }) => client.call('getAsset', { params: { assetId }, signal }),
    staleTime: 30_000,
  });
