import { type Connection, may, type Source, type sourceRoutes } from '@mooring/contract';
import type { Caller } from '../../access/caller.ts';
import { neverSynced } from '../../catalogue/sources.ts';
import { MooringError } from '../../platform/problem.ts';
import { previewSource } from '../../sync/filter-preview.ts';
import { createSourceRemoval } from '../../sync/remove-source.ts';
import type { Handlers } from '../route.ts';
import type { Services } from '../services.ts';
import { invalidFields } from '../validate.ts';

export const sourceHandlers = {
  listSources: async ({ services, caller, query }) => {
    const { items, ...page } = await services.catalogue.listSources(caller.workspaceId, query);
    return { ...page, items: items.map(source => shownTo(caller, source)) };
  },

  createSource: async ({ services, caller: { workspaceId }, body }) => {
    await judged(services, workspaceId, body);
    return services.catalogue.createSource(workspaceId, body);
  },

  getSource: async ({ services, caller, params }) =>
    shownTo(caller, await services.catalogue.getSource(caller.workspaceId, params.sourceId)),

  updateSource: async ({ services, caller, params, body, ifRevision }) =>
    services.catalogue.updateSource(caller.workspaceId, params.sourceId, body, ifRevision),

  deleteSource: async ({ services, caller, params }) =>
    createSourceRemoval(services)(caller.workspaceId, params.sourceId),

  previewSource: async ({ services, caller: { workspaceId }, body, signal }) => {
    const { connections } = services;
    const { location } = await judged(services, workspaceId, body);
    const { provider } = await connections.open(workspaceId, body.connectionId);
    return previewSource({ provider, location }, body, signal);
  },

  syncSource: async ({ services, caller: { workspaceId }, params, body }) => {
    const { id, registeredAs } = await services.catalogue.getSource(workspaceId, params.sourceId);
    if (registeredAs !== null) throw neverSynced(id);
    const subject = { type: 'source', id } as const;
    return services.operations.start(workspaceId, { kind: 'sync', subject, unit: 'objects', options: body });
  },
} satisfies Handlers<typeof sourceRoutes>;

/** Why a source does not sync can be in a storage's own words, which name accounts and identities. */
const shownTo = (caller: Caller, source: Source): Source =>
  may(caller, 'connections.read') ? source : { ...source, syncHeld: null };

/** The connection, whose storage kind has judged the name of the container. */
export async function judged(
  { connections, kinds }: Pick<Services, 'connections' | 'kinds'>,
  workspaceId: string,
  { connectionId, container }: { connectionId: string; container?: string | undefined },
): Promise<Connection> {
  const connection = await connections.get(workspaceId, connectionId);
  const { kind } = kinds.get(connection.provider);
  if (kind.addresses) throw noListing(kind.words.service);
  requireContainer(kinds, connection, container);
  return connection;
}

/** @throws MooringError `invalid_request` for a name that no container of the connection's storage kind can have */
export function requireContainer(
  kinds: Services['kinds'],
  { provider }: Connection,
  container: string | undefined,
): void {
  if (container === undefined) return;
  const message = kinds.get(provider).kind.location.containerProblem(container);
  if (message !== null) throw invalidFields([{ path: 'container', message }]);
}

const noListing = (service: string): MooringError =>
  new MooringError(
    'conflict',
    `${service}: nothing lists the objects of this connection, so there is nothing to sync.`,
    {
      fix: 'Register a list of them: POST /v1/registrations, or mooring register.',
    },
  );
