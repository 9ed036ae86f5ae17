import {
  BUILT_IN_PROFILES,
  type Page,
  type Profile,
  type ProfileWrite,
  profileWrite,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type Selectable, sql } from 'kysely';
import { MooringError, notFound } from '../platform/problem.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Db, Trx } from './db.ts';
import { nextRevision } from './revision.ts';
import type { Schema } from './schema.ts';
import { requireStorable } from './storable.ts';

/** A workspace writes no more: the list of them stays short, and so do the choices of people. */
const MOST_PROFILES = 100;

const builtIn = new Map(BUILT_IN_PROFILES.map(profile => [profile.name, profile]));

/** @throws MooringError `not_found` */
export async function findProfile(db: Db | Trx, workspaceId: string, name: string): Promise<Profile> {
  const known = builtIn.get(name);
  if (known) return known;
  const { rows } = await sql<Selectable<Schema['profiles']>>`
    select * from profiles where workspace_id = ${workspaceId} and name = ${name}`.execute(db);
  if (!rows[0]) throw notFound('profile', name);
  return toProfile(rows[0]);
}

/** The profile that a source is to have stays there until the transaction ends. @throws MooringError `not_found` */
export async function holdProfile(trx: Trx, workspaceId: string, name: string): Promise<void> {
  if (builtIn.has(name)) return;
  const { rows } = await sql`
    select from profiles where workspace_id = ${workspaceId} and name = ${name} for key share`.execute(trx);
  if (rows.length === 0) throw notFound('profile', name);
}

/** Profiles of a workspace: those built in, and its own. */
export const createProfiles = ({ db, clock }: { db: Db; clock: Clock }) => ({
  /** Those built in, on the first page only; then those of the workspace by name. */
  async listProfiles(
    workspaceId: string,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<Page<Profile>> {
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, 1);
    const { rows } = await sql<Selectable<Schema['profiles']>>`
      select * from profiles where workspace_id = ${workspaceId} and name > ${after}
      order by name limit ${limit + 1}`.execute(db);
    const last = rows[limit - 1];
    return {
      items: [...(cursor === undefined ? BUILT_IN_PROFILES : []), ...rows.slice(0, limit).map(toProfile)],
      nextCursor: rows.length > limit && last ? encodeCursor(last.name) : null,
    };
  },

  getProfile: (workspaceId: string, name: string): Promise<Profile> => findProfile(db, workspaceId, name),

  /**
   * Writes a profile of the workspace. The assets of its sources are judged again.
   * @param ifRevision the revision that it takes the place of; undefined for any, or none
   * @throws MooringError `conflict` where the name is of one built in, or where there are too many; `stale_revision`
   */
  async putProfile(
    workspaceId: string,
    name: string,
    input: ProfileWrite,
    ifRevision?: number,
  ): Promise<Profile> {
    refuseBuiltIn(name);
    const { description, rules } = profileWrite.parse(input);
    requireStorable({ description, rules: textsOf(rules).join(' ') });
    return db.transaction().execute(async trx => {
      await sql`select from workspaces where id = ${workspaceId} for no key update`.execute(trx);
      await refuseTooMany(trx, workspaceId, name);
      const profile = sql`workspace_id = ${workspaceId} and name = ${name}`;
      const revision = await nextRevision(trx, 'profiles', profile, ifRevision);
      const { rows } = await sql<Selectable<Schema['profiles']>>`
        insert into profiles (workspace_id, name, description, rules, revision, created_at, updated_at)
        values (${workspaceId}, ${name}, ${description}, ${JSON.stringify(rules)}, ${revision}, ${clock.now()},
          ${clock.now()})
        on conflict (workspace_id, name) do update set description = excluded.description, rules = excluded.rules,
          revision = excluded.revision, updated_at = excluded.updated_at
        returning *`.execute(trx);
      await sql`
        update sources set judge_after = '' where workspace_id = ${workspaceId} and profile = ${name}`.execute(
        trx,
      );
      return toProfile(rows[0]!);
    });
  },

  /** @throws MooringError `not_found`; `conflict` where it is built in or a source has it */
  async deleteProfile(workspaceId: string, name: string): Promise<void> {
    refuseBuiltIn(name);
    await db.transaction().execute(async trx => {
      const { numAffectedRows } = await sql`
        delete from profiles where workspace_id = ${workspaceId} and name = ${name}`.execute(trx);
      if (numAffectedRows === 0n) throw notFound('profile', name);
      const { rows } = await sql<{ id: string }>`
        select id from sources where workspace_id = ${workspaceId} and profile = ${name} and removed_at is null
        order by id limit 1`.execute(trx);
      if (rows[0]) throw inUse(name, rows[0].id);
    });
  },
});

const textsOf = (rules: Profile['rules']): (string | undefined)[] =>
  rules.flatMap(({ fix, oneOf = [], commands }) => [
    fix,
    ...oneOf.map(String),
    ...commands.flatMap(({ title, text }) => [title, text]),
  ]);

async function refuseTooMany(trx: Trx, workspaceId: string, name: string): Promise<void> {
  const { rows } = await sql<{ others: number }>`
    select count(*)::int4 as others from profiles where workspace_id = ${workspaceId} and name <> ${name}`.execute(
    trx,
  );
  if (rows[0]!.others < MOST_PROFILES) return;
  throw new MooringError(
    'conflict',
    `The workspace has ${MOST_PROFILES} profiles, and no more are possible.`,
    {
      fix: 'Remove a profile that no source has.',
    },
  );
}

function refuseBuiltIn(name: string): void {
  if (!builtIn.has(name)) return;
  throw new MooringError('conflict', `The profile ${name} comes with Mooring and cannot be changed.`, {
    fix: 'Write its rules under another name, and give the source that profile.',
  });
}

const inUse = (name: string, sourceId: string) =>
  new MooringError('conflict', `The source ${sourceId} has the profile ${name}.`, {
    fix: 'Give the sources that have it another profile first.',
  });

const toProfile = (row: Selectable<Schema['profiles']>): Profile => ({
  name: row.name,
  description: row.description,
  builtIn: false,
  rules: row.rules,
  revision: row.revision,
  updatedAt: row.updated_at.toISOString(),
});
