import type { BrowsePage, Connection } from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import type { Kinds } from '../platform/kinds.ts';
import type { Logger } from '../platform/log.ts';
import { deriveKeys, type SecretBox, type SecretKeys } from '../platform/secrets.ts';
import type { Session } from '../platform/session.ts';
import { browse } from './browse.ts';
import { createChecks } from './checks/checks.ts';
import { createIdentity } from './identity/identity.ts';
import { endOperations } from './life/end-operations.ts';
import { createLife } from './life/life.ts';
import { createProviderCache } from './opening/provider-cache.ts';
import { createProviderFactory } from './opening/provider-factory.ts';
import { createProofRecord } from './ownership/proof-record.ts';
import { createSignInProof } from './ownership/sign-in.ts';
import { createOwnershipTokens } from './ownership/tokens.ts';
import { onChange } from './rows/changes.ts';
import { type ConnectionIds, type ConnectionRow, findRow } from './rows/row.ts';
import { createSettings } from './settings/settings.ts';
import { toConnection } from './settings/shown.ts';

export interface ConnectionsDeps {
  db: Db;
  secrets: SecretBox;
  /** Of the installation; they may change. */
  ring: { readonly keys: SecretKeys };
  /** What names for the owners of storages are made with. */
  ownershipKeys: readonly [Buffer, ...Buffer[]];
  clock: Clock;
  operations: Operations;
  session: Session;
  guard: Guard;
  kinds: Kinds;
  /** How long one check may take. */
  checkTimeoutSeconds: number;
  log: Logger;
}

/** How storage accounts are reached: settings, credentials, checks, and the providers made from them. */
export function createConnections(deps: ConnectionsDeps) {
  const { db, kinds, clock, ring, log } = deps;
  const tokens = createOwnershipTokens(deps.ownershipKeys);
  const show = (row: ConnectionRow): Connection => toConnection(row, { kinds, tokens, now: clock.now() });
  const providers = createProviderFactory({ ...deps, tokens });
  const cache = createProviderCache({
    find: (workspaceId, connectionId) => findRow(db, { workspaceId, connectionId }),
    createProvider: providers.open,
    show,
  });
  const { open } = cache;
  const forget = ({ workspaceId, connectionId }: ConnectionIds) => cache.forget(workspaceId, connectionId);
  const stopHearing = onChange(deps.session, ids => {
    forget(ids).catch(error =>
      log.warn({ err: error, connectionId: ids.connectionId }, 'a provider could not be closed'),
    );
  });
  const proofs = createProofRecord({
    db,
    kinds,
    clock,
    forget,
    endOperations: ids => endOperations(deps, ids),
  });

  return {
    ...createSettings({ ...deps, show }),
    ...createChecks({
      db,
      kinds,
      clock,
      log,
      checkTimeoutSeconds: deps.checkTimeoutSeconds,
      providers,
      proofs,
      open,
      show,
    }),
    ...createLife({ ...deps, providers, forget, show }),
    ...createIdentity({
      ...deps,
      keys: () => deriveKeys(ring, 'sign-in-requests'),
      purposeOf: createSignInProof({ db, kinds, proofs }),
    }),

    /**
     * Its provider, shared in this process: do not close it, and do not keep it for longer than one
     * piece of work. Opened for each piece, a removed connection is refused within a second.
     * @throws MooringError `not_found`, also for a removed one; `unavailable` where its secret cannot be unsealed
     */
    open,

    /** One level of a container. @throws MooringError as `open` does; otherwise as `browse` in browse.ts */
    browse: async (
      workspaceId: string,
      connectionId: string,
      query: Parameters<typeof browse>[1],
      signal: AbortSignal,
    ): Promise<BrowsePage> => browse(await open(workspaceId, connectionId), query, signal),

    /** Closes every provider. */
    async close(): Promise<void> {
      stopHearing();
      await cache.close();
    },
  };
}
export type Connections = ReturnType<typeof createConnections>;
