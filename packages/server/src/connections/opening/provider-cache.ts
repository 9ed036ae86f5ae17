import type { Connection } from '@mooring/contract';
import type { Provider } from '@mooring/storage/server';
import { notFound } from '../../platform/problem.ts';
import { proofOf } from '../ownership/proof.ts';
import { type ConnectionRow, isLinked, type LinkedRow, unlinked } from '../rows/row.ts';

/** How long an answer about whether a connection is still in use holds good. */
const TRUSTED_MS = 1000;

export interface OpenConnection {
  connection: Connection;
  provider: Provider;
}

interface CacheDeps {
  /** The row of a connection in use, or undefined. */
  find: (workspaceId: string, connectionId: string) => Promise<ConnectionRow | undefined>;
  createProvider: (row: LinkedRow) => Provider;
  show: (row: ConnectionRow) => Connection;
}

interface Entry extends OpenConnection {
  /** What the provider was made from. */
  credentialVersion: number;
  renditionPrefix: string | null;
  provenBy: string | null;
  checkedAt: number;
}

/**
 * Keeps one provider for each connection, with its sockets, tokens and keys, until the credential changes or the
 * connection is removed. Whether it has is looked up at most once a second, so a change made by another process
 * counts within a second.
 */
export function createProviderCache(deps: CacheDeps) {
  const entries = new Map<string, Entry>();
  const pending = new Map<string, Promise<OpenConnection>>();
  const keyOf = (workspaceId: string, connectionId: string) => `${workspaceId}/${connectionId}`;

  async function drop(key: string): Promise<void> {
    const entry = entries.get(key);
    entries.delete(key);
    await entry?.provider.close();
  }

  async function look(key: string, workspaceId: string, connectionId: string): Promise<OpenConnection> {
    const checkedAt = performance.now();
    const row = await deps.find(workspaceId, connectionId);
    const known = entries.get(key);
    if (row && isLinked(row) && known && isMadeFrom(known, row)) {
      Object.assign(known, { connection: deps.show(row), checkedAt });
      return known;
    }
    await drop(key);
    if (!row) throw notFound('connection', connectionId);
    if (!isLinked(row)) throw unlinked(row);
    const entry = openEntry(deps, row, checkedAt);
    entries.set(key, entry);
    return entry;
  }

  return {
    /**
     * @throws MooringError `not_found` for a connection that is removed or never was, `connection_unlinked` for one
     * that is unlinked, `ownership_missing` for one whose owner may not want this workspace
     */
    async open(workspaceId: string, connectionId: string): Promise<OpenConnection> {
      const key = keyOf(workspaceId, connectionId);
      const known = entries.get(key);
      if (known && performance.now() - known.checkedAt < TRUSTED_MS) return known;
      const looking =
        pending.get(key) ?? look(key, workspaceId, connectionId).finally(() => pending.delete(key));
      pending.set(key, looking);
      return looking;
    },

    /** Makes the next `open` look again, after a change in this process. */
    async forget(workspaceId: string, connectionId: string): Promise<void> {
      const key = keyOf(workspaceId, connectionId);
      await pending.get(key)?.catch(() => {}); // what it has read can be older than the change
      await drop(key);
    },

    async close(): Promise<void> {
      await Promise.all([...entries.keys()].map(drop));
    },
  };
}

const openEntry = ({ show, createProvider }: CacheDeps, row: LinkedRow, checkedAt: number): Entry => ({
  connection: show(row),
  provider: createProvider(row),
  credentialVersion: row.credential_version,
  renditionPrefix: row.rendition_prefix,
  provenBy: proofOf(row)?.by ?? null,
  checkedAt,
});

const isMadeFrom = ({ credentialVersion, renditionPrefix, provenBy }: Entry, row: LinkedRow): boolean =>
  credentialVersion === row.credential_version &&
  renditionPrefix === row.rendition_prefix &&
  provenBy === (proofOf(row)?.by ?? null);
