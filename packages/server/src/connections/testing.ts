import type { ConnectionCreate, CredentialInput } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { createGuard } from '@mooring/storage/server';
import { sql } from 'kysely';
import { STORAGE_KINDS } from '../kinds.ts';
import { createOperationsDatabase, WORKSPACE } from '../operations/testing.ts';
import { openProcess } from '../operations/testing-process.ts';
import type { TestServer } from '../platform/database/testing.ts';
import { openKinds } from '../platform/kinds.ts';
import { createLogger } from '../platform/log.ts';
import { createSecretBox, deriveKeys, parseKeys } from '../platform/secrets.ts';
import { createConnections } from './connections.ts';

/** Settings of an installation that offers no identities of its own. */
export const NO_OFFERS = {
  azureAuthorityHost: 'https://login.invalid',
  secretKeyVault: null,
  appClientId: null,
  appClientSecret: null,
  appCertificateFile: null,
  federatedTokenFile: null,
  managedIdentity: false,
  azureCli: false,
  awsAccessKeyId: null,
  awsSecretAccessKey: null,
  awsPrincipalArn: null,
  awsWebIdentityTokenFile: null,
  awsStsEndpoint: null,
};

/** Two processes of one installation, as far as connections go. */
export async function createTestConnections(
  server: TestServer,
  {
    authorityHost = 'https://login.invalid',
    settings = {},
    clock,
    checkTimeoutSeconds = 3600,
  }: {
    authorityHost?: string;
    settings?: Record<string, unknown>;
    clock: Clock;
    checkTimeoutSeconds?: number;
  },
) {
  const database = await createOperationsDatabase(server);
  const own = await openProcess(database.poolConfig);
  const guard = createGuard({ allowPrivate: true });
  const ring = { keys: parseKeys(Buffer.alloc(32, 7).toString('base64'))! };
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: line => lines.push(line) } });
  const { operations, session } = own;
  const kinds = await openKinds(STORAGE_KINDS, {
    config: { ...NO_OFFERS, azureAuthorityHost: authorityHost, ...settings },
    guard,
    signInGuard: guard,
    clock,
    note: (error, message) => log.warn({ err: error }, message),
  });
  const openConnections = () =>
    createConnections({
      db: own.db,
      secrets: createSecretBox(ring),
      ring,
      ownershipKeys: deriveKeys(ring, 'ownership'),
      clock,
      operations,
      session,
      guard,
      kinds,
      checkTimeoutSeconds,
      log,
    });
  const connections = openConnections();
  const elsewhere = openConnections();
  return {
    db: own.db,
    /** Its keys can be replaced by others. */
    ring,
    operations,
    kinds,
    workspaceId: WORKSPACE,
    connections,
    /** The same of another process. */
    elsewhere,
    /** What was logged. */
    lines,

    /** Replaces a connection's credential, as a person called Ada. */
    replace: (connectionId: string, credential: CredentialInput, { acceptLess = false } = {}) =>
      connections.replaceCredential(WORKSPACE, connectionId, credential, {
        ...{ acceptLess, by: 'Ada', origins: [], signal: new AbortController().signal },
      }),

    /** Everything that is stored, in the text form of PostgreSQL. */
    async dump(): Promise<string> {
      const { rows: tables } = await sql<{ name: string }>`
        select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`.execute(own.db);
      const texts = [];
      for (const { name } of tables) {
        const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(
          own.db,
        );
        texts.push(...rows.map(({ row }) => row));
      }
      return texts.join('\n');
    },

    /** A source with so many assets, without a storage. */
    async addSource(connectionId: string, assets: number): Promise<string> {
      const id = `src_${Math.random().toString(36).slice(2)}`;
      await sql`insert into folders (workspace_id, id, name, created_at) values (${WORKSPACE}, ${id}, ${id}, now())`.execute(
        own.db,
      );
      await sql`insert into sources (workspace_id, id, connection_id, folder_id, container, prefix, asset_count, created_at)
        values (${WORKSPACE}, ${id}, ${connectionId}, ${id}, 'c', '', ${assets}, now())`.execute(own.db);
      return id;
    },

    async close(): Promise<void> {
      await Promise.all([connections, elsewhere].map(each => each.close()));
      await guard.close();
      await own.close();
      await database.drop();
    },
  };
}
export type TestConnections = Awaited<ReturnType<typeof createTestConnections>>;

export const GUID = '0f1e2d3c-4b5a-4968-8776-655443322110';
export const CLIENT_SECRET = 'aB18Q~cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX3y';
export const SIG = 'q8f3Zb+1/xYk0aPzL2mN4oR6tU8vW0yB2dF4hJ6lN8p=';
export const SAS = `sv=2025-11-05&ss=b&srt=co&sp=rl&se=2099-01-01&spr=https&sig=${encodeURIComponent(SIG)}`;

/** A connection to where nothing answers. */
export const DRAFT: ConnectionCreate = {
  name: 'Photos',
  location: { url: 'https://127.0.0.1:9/acme/photos/x/' },
  credential: { kind: 'azure-app', tenantId: GUID, clientId: GUID, clientSecret: CLIENT_SECRET },
};
