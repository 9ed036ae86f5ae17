import { type SignInLink, signInUrl } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Transaction } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { MooringError } from '../platform/problem.ts';
import { hashSecret, newSecret } from './secret.ts';
import { firstAdministrator } from './workspaces.ts';

const LIFETIME_MS = 3_600_000;

/** Makes a link that signs in as the workspace's first administrator, once, within an hour. */
export async function createLink(
  db: Db,
  clock: Clock,
  workspaceId: string,
  baseUrl: string,
): Promise<SignInLink> {
  const now = clock.now();
  const code = newSecret();
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await db
    .deleteFrom('sign_in_links')
    .where('workspace_id', '=', workspaceId)
    .where('used_at', 'is', null)
    .where('expires_at', '<', now)
    .execute();
  await db
    .insertInto('sign_in_links')
    .values({
      code_hash: hashSecret(code),
      workspace_id: workspaceId,
      member_id: await firstAdministrator(db, workspaceId),
      expires_at: expiresAt,
      used_at: null,
      created_at: now,
    })
    .execute();
  return { url: signInUrl(baseUrl, code), expiresAt: expiresAt.toISOString() };
}

/**
 * Spends a code: of two requests with the same code, one succeeds.
 * @throws MooringError `sign_in_link_invalid` where it is unknown, spent or too old
 */
export async function spendCode(
  trx: Transaction<Schema>,
  now: Date,
  code: string,
): Promise<{ workspaceId: string; memberId: string }> {
  const spent = await trx
    .updateTable('sign_in_links')
    .set({ used_at: now })
    .where('code_hash', '=', hashSecret(code))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['workspace_id as workspaceId', 'member_id as memberId'])
    .executeTakeFirst();
  if (spent) return spent;
  throw new MooringError(
    'sign_in_link_invalid',
    'This sign-in link has been used before, is older than an hour, or never existed.',
    {
      fix: 'Make a new link on the server with `mooring sign-in-link`, or ask the person who runs it for one.',
    },
  );
}

/** Spent links are kept, so that this stays true for good. */
export async function hasAnybodySignedIn(db: Db): Promise<boolean> {
  const used = await db
    .selectFrom('sign_in_links')
    .select('used_at')
    .where('used_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return used !== undefined;
}
