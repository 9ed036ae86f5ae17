import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startVolume } from '@mooring/emulators/volume';
import { createClient } from '@mooring/sdk';
import pg from 'pg';
import { SAS } from './sas.ts';

const OBJECTS = 5000;

/** A second workspace of the installation, with an honest storage and a source that is synced. */
export async function createNeighbour(target: { url: string; dataDir: string }) {
  const volume = await startVolume({ containers: { media: { objects: OBJECTS, shape: 'tree' } } });
  const token = await addWorkspace(target.dataDir);
  const client = createClient({ baseUrl: target.url, token });
  const { id: connectionId } = await client.call('createConnection', {
    body: {
      name: 'Honest',
      location: { endpoint: `${volume.origin}/acme`, account: 'acme', container: 'media' },
      credential: { kind: 'azure-sas', sasToken: SAS },
    },
  });
  const { id: sourceId } = await client.call('createSource', { body: { connectionId, probes: false } });

  /** Seconds until a sync has succeeded. @throws Error where it does not */
  async function sync(): Promise<number> {
    const begun = performance.now();
    const { id } = await client.call('syncSource', { params: { sourceId } });
    const { status, problem } = await client.watchOperation(id);
    if (status !== 'succeeded')
      throw new Error(`The second workspace’s sync is ${status}: ${problem?.detail}`);
    return (performance.now() - begun) / 1000;
  }

  await sync();
  return {
    token,
    sourceId,
    sync,
    stop: () => volume.stop(),
  };
}

/** Into the embedded database, because an installation has one workspace so far. @returns an administrator's token */
async function addWorkspace(dataDir: string): Promise<string> {
  const database = new pg.Client({ host: join(dataDir, 'postgres'), user: 'mooring', database: 'postgres' });
  await database.connect();
  const secret = `mrg_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(secret).digest();
  const ids = ['ws_zzzzzzzzzzzzzzzzzzzz', 'tok_zzzzzzzzzzzzzzzzzzzz'];
  await database.query(`insert into workspaces (id, name, created_at) values ($1, 'Neighbour', now())`, [
    ids[0],
  ]);
  await database.query(
    `insert into tokens (workspace_id, id, name, role, hint, token_hash, expires_at, created_at)
     values ($1, $2, 'Neighbour', 'administrator', 'mrg_', $3, now() + interval '1 day', now())`,
    [...ids, hash],
  );
  await database.end();
  return secret;
}
