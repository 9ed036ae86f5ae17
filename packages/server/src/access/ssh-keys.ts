import { lesserRole, type Page, type Role, type SshKey, type sshKeyCreate } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { type Caller, unauthenticated } from './caller.ts';
import { endWithMaker } from './maker.ts';
import { toCaller } from './sessions.ts';
import { fingerprintOf, readSshPublicKey } from './ssh-public-key.ts';

/** `lastUsedAt` is exact to this. */
const LAST_USED_STEP_MS = 60_000;

/** SSH public keys of persons. Who holds the private key may do what the person may. */
export function createSshKeys({ db, clock }: { db: Db; clock: Clock }) {
  return {
    /**
     * Registers a key. What a token registers ends with the token, and may do no more than it.
     * @throws MooringError `invalid_request` where it is no such key; `conflict`: it is registered; as `endWithMaker`
     */
    async createSshKey(
      maker: Pick<Caller, 'workspaceId' | 'tokenId' | 'via' | 'role'> & { memberId: string },
      { publicKey, name, expiresInSeconds }: z.output<typeof sshKeyCreate>,
    ): Promise<SshKey> {
      const { bytes, comment } = readSshPublicKey(publicKey);
      const shownName = name ?? (comment.trim().slice(0, 120) || 'SSH key');
      requireStorable({ name: shownName });
      const now = clock.now();
      return db.transaction().execute(async trx => {
        await trx
          .deleteFrom('ssh_keys')
          .where('public_key', '=', bytes)
          .where('expires_at', '<=', now)
          .execute();
        const wanted = new Date(now.getTime() + expiresInSeconds * 1000);
        const { made_by: _, ...ends } = await endWithMaker(trx, maker, wanted);
        const row = await trx
          .insertInto('ssh_keys')
          .values({
            workspace_id: maker.workspaceId,
            id: newId('sshKey', now.getTime()),
            name: shownName,
            member_id: maker.memberId,
            role: maker.via === 'session' ? 'administrator' : maker.role,
            public_key: bytes,
            ...ends,
            last_used_at: null,
            created_at: now,
          })
          .onConflict(conflict => conflict.column('public_key').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (!row) throw registered();
        return toSshKey(row);
      });
    },

    /** Keys of a person, newest first. @throws MooringError `invalid_request` for a bad cursor */
    async listSshKeys(
      workspaceId: string,
      memberId: string,
      { cursor, limit }: PageRequest,
    ): Promise<Page<SshKey>> {
      const rows = await db
        .selectFrom('ssh_keys')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('member_id', '=', memberId)
        .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageById(rows, limit, toSshKey);
    },

    /** At once. @throws MooringError `not_found` */
    async deleteSshKey(workspaceId: string, memberId: string, keyId: string): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('ssh_keys')
        .where('workspace_id', '=', workspaceId)
        .where('member_id', '=', memberId)
        .where('id', '=', keyId)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound('SSH key', keyId);
    },

    /**
     * The person whose key it is. The caller has to check that the request was signed with it.
     * @param publicKey the 32 bytes
     * @throws MooringError `unauthenticated` where it is not registered, or past its end
     */
    async findSshKey(publicKey: Buffer): Promise<Caller> {
      const now = clock.now();
      const row = await withMember(db)
        .innerJoin('workspaces as w', 'w.id', 'k.workspace_id')
        .select(['k.id', 'k.name', 'k.member_id', 'k.parent_token_id', 'k.expires_at', 'k.last_used_at'])
        .select(['w.id as workspace_id', 'w.name as workspace_name', 'w.created_at as workspace_created_at'])
        .where('k.public_key', '=', publicKey)
        .where('k.expires_at', '>', now)
        .executeTakeFirst();
      if (!row) throw unknownKey();
      return {
        ...toCaller('token', { ...row, role: roleIn(row) }),
        ...{ readOnly: false, memberId: row.member_id, tokenId: row.parent_token_id, sessionId: null },
        ...{ isOidc: false, scope: null },
      };
    },

    /** Notes that a key was used, exact to a minute. */
    async noteSshKeyUse(workspaceId: string, keyId: string): Promise<void> {
      const now = clock.now();
      await db
        .updateTable('ssh_keys')
        .set({ last_used_at: now })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', keyId)
        .where(eb =>
          eb.or([
            eb('last_used_at', 'is', null),
            eb('last_used_at', '<', new Date(now.getTime() - LAST_USED_STEP_MS)),
          ]),
        )
        .execute();
    },

    /** What a key may do; null where there is no such key. */
    async sshKeyRole(workspaceId: string, keyId: string): Promise<{ role: Role; readOnly: boolean } | null> {
      const row = await withMember(db)
        .where('k.workspace_id', '=', workspaceId)
        .where('k.id', '=', keyId)
        .executeTakeFirst();
      return row ? { role: roleIn(row), readOnly: false } : null;
    },
  };
}

const withMember = (db: Db) =>
  db
    .selectFrom('ssh_keys as k')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 'k.workspace_id').onRef('m.id', '=', 'k.member_id'),
    )
    .select(['k.role', 'm.role as member_role']);

const roleIn = ({ role, member_role }: { role: string; member_role: string }): Role =>
  lesserRole(role as Role, member_role as Role);

const toSshKey = (row: Selectable<Schema['ssh_keys']>): SshKey => ({
  id: row.id,
  name: row.name,
  fingerprint: fingerprintOf(row.public_key),
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});

const registered = (): MooringError =>
  new MooringError('conflict', 'This key is registered already, by you or by another person.', {
    fix: 'Look at your SSH keys in Settings. If it is not there, make a key of your own with ssh-keygen -t ed25519.',
  });

const unknownKey = (): MooringError =>
  unauthenticated('No person has registered the SSH key that signed this request, or its time is over.', {
    fix: 'Register the line of the .pub file in Settings under SSH keys, or with mooring ssh-key add.',
  });
