import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import { registrationPart } from '../catalogue/sealed-for.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';

/** Of a manifest, before it is compressed and sealed. */
const PART_BYTES = 1024 * 1024;
const compress = promisify(gzip);
const expand = promisify(gunzip);

/**
 * `manifest`: the list as it came. `found`: what its items were resolved to, a batch each. `failed`: items that could
 * not be registered, kept for a retry after the operation has ended. `written`: the assets that came of them, kept for
 * those who ask which.
 */
type PartKind = 'manifest' | 'found' | 'failed' | 'written';
/** Parts that outlast the operation. */
const KEPT_KINDS: PartKind[] = ['failed', 'written'];
const KEPT_MS = 7 * 86_400_000;

export interface Upload {
  registrationId: string;
  sizeBytes: number;
  /** Of the list, in hexadecimal. */
  sha256: string;
}

/**
 * What registrations keep until they end, in the database: so any worker can go on with one. Parts are sealed, because
 * lists hold signed URLs, and bounded: one is in memory at a time.
 */
export function createParts({ db, secrets, clock }: { db: Db; secrets: SecretBox; clock: Clock }) {
  async function write(
    trx: Db | Trx,
    of: { workspaceId: string; registrationId: string; kind: PartKind; seq: number },
    data: Buffer,
  ): Promise<void> {
    const row = {
      workspace_id: of.workspaceId,
      registration_id: of.registrationId,
      kind: of.kind,
      seq: of.seq,
    };
    const text = (await compress(data, { level: 1 })).toString('base64');
    await trx
      .insertInto('registration_parts')
      .values({
        ...row,
        id: `${of.registrationId}/${of.kind}/${of.seq}`,
        data_sealed: secrets.seal(text, registrationPart(row)),
        created_at: clock.now(),
      })
      .execute();
  }

  return {
    write,

    /**
     * Keeps a list as it comes in.
     * @throws MooringError `payload_too_large` where it has more bytes than are allowed; `invalid_request`: none
     */
    async receive(
      workspaceId: string,
      registrationId: string,
      body: AsyncIterable<Uint8Array>,
      mostBytes: number,
    ): Promise<Upload> {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      let seq = 0;
      let waiting: Uint8Array[] = [];
      let waitingBytes = 0;
      const flush = async (): Promise<void> => {
        if (waitingBytes === 0) return;
        const of = { workspaceId, registrationId, kind: 'manifest' as const, seq: seq++ };
        await write(db, of, Buffer.concat(waiting));
        [waiting, waitingBytes] = [[], 0];
      };
      try {
        for await (const chunk of body) {
          sizeBytes += chunk.length;
          if (sizeBytes > mostBytes) throw tooLarge(mostBytes);
          hash.update(chunk);
          waiting.push(chunk);
          waitingBytes += chunk.length;
          if (waitingBytes >= PART_BYTES) await flush();
        }
        await flush();
        if (sizeBytes === 0) throw empty();
      } catch (error) {
        await forget(workspaceId, registrationId);
        throw error;
      }
      return { registrationId, sizeBytes, sha256: hash.digest('hex') };
    },

    /** The parts of a kind, in order, from one on. */
    async *read(
      { workspaceId, registrationId }: { workspaceId: string; registrationId: string },
      kind: PartKind,
      from = 0,
    ): AsyncGenerator<Buffer, void, undefined> {
      for (let seq = from; ; seq++) {
        const row = await db
          .selectFrom('registration_parts')
          .selectAll()
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', `${registrationId}/${kind}/${seq}`)
          .executeTakeFirst();
        if (!row) return;
        yield await expand(Buffer.from(secrets.unseal(row.data_sealed, registrationPart(row)), 'base64'));
      }
    },

    /** All parts of a kind, in order, with any numbers. */
    async *readAll(
      { workspaceId, registrationId }: { workspaceId: string; registrationId: string },
      kind: PartKind,
    ): AsyncGenerator<Buffer, void, undefined> {
      for (let after = -1; ; ) {
        const row = await db
          .selectFrom('registration_parts')
          .selectAll()
          .where('workspace_id', '=', workspaceId)
          .where('registration_id', '=', registrationId)
          .where('kind', '=', kind)
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst();
        if (!row) return;
        after = row.seq;
        yield await expand(Buffer.from(secrets.unseal(row.data_sealed, registrationPart(row)), 'base64'));
      }
    },

    forget,

    /**
     * Keeps the items that failed for another seven days.
     * @returns whether there are any
     */
    async renewFailed(trx: Trx, workspaceId: string, registrationId: string): Promise<boolean> {
      const { numUpdatedRows } = await trx
        .updateTable('registration_parts')
        .set({ created_at: clock.now() })
        .where('workspace_id', '=', workspaceId)
        .where('registration_id', '=', registrationId)
        .where('kind', '=', 'failed')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /**
     * Removes parts of operations that have ended, those that outlast them only after seven days, and parts of lists
     * whose sender went away while they came in.
     */
    async prune(): Promise<void> {
      const now = clock.now().getTime();
      await db
        .deleteFrom('registration_parts')
        .where('kind', 'in', KEPT_KINDS)
        .where('created_at', '<', new Date(now - KEPT_MS))
        .execute();
      await sql`
        delete from registration_parts p where p.kind <> all(${KEPT_KINDS}::text[]) and not exists (
          select from operations o where o.workspace_id = p.workspace_id and o.subject_id = p.registration_id
            and o.status not in ('succeeded', 'failed', 'cancelled')
        ) and (p.created_at < ${new Date(now - ABANDONED_MS)} or exists (
          select from operations o where o.workspace_id = p.workspace_id and o.subject_id = p.registration_id))`.execute(
        db,
      );
    },
  };

  async function forget(workspaceId: string, registrationId: string): Promise<void> {
    await db
      .deleteFrom('registration_parts')
      .where('workspace_id', '=', workspaceId)
      .where('registration_id', '=', registrationId)
      .execute();
  }
}

export type Parts = ReturnType<typeof createParts>;

const ABANDONED_MS = 3_600_000;

const tooLarge = (mostBytes: number): MooringError =>
  new MooringError('payload_too_large', `The list has more than ${mostBytes / 1_048_576} MB.`, {
    fix: 'Compress it with gzip, or register it in several lists. The operator can allow more with MOORING_REGISTRATION_MAX_MB.',
  });
const empty = (): MooringError =>
  new MooringError('invalid_request', 'The body is empty; expected a list of objects.', {
    fix: 'Send the list as the body of the request.',
  });
