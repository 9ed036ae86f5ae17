import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';

/** People may have to find an administrator first. */
const LIFETIME_MS = 3_600_000;

export type SignInPurposeName = 'consent' | 'ownership';

export interface SignInRequest {
  workspaceId: string;
  /** Of the browser session that it is begun in, and has to come back to. Null: begun with an API token. */
  sessionHash: Buffer | null;
  connectionId: string | null;
  /** The storage kind whose sign-in it is. */
  provider: string;
  /** A path of the web app. */
  returnTo: string;
}

/** Values that bind the answer to the request. Nothing of them is stored. */
export interface SignInSecrets {
  /** Comes back inside the id_token. */
  nonce: string;
  /** PKCE: only its hash goes through the browser. 43 characters. */
  codeVerifier: string;
}

/**
 * Ways to a sign-in service and back. The `state` that travels along is signed, ends after an hour and is taken once.
 * It is taken only from the browser session that it was given to: an attacker who sends another person there with a
 * state of their own gets nothing from it.
 * @param keys 32 bytes each, for this purpose alone; the first one signs, all of them are good
 */
export function createSignInRequests({
  db,
  clock,
  keys,
}: {
  db: Db;
  clock: Clock;
  keys: () => readonly [Buffer, ...Buffer[]];
}) {
  const sign = (key: Buffer, ...parts: string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const secretsOf = (key: Buffer, id: string): SignInSecrets => ({
    nonce: sign(key, 'nonce', id),
    codeVerifier: sign(key, 'verifier', id),
  });

  return {
    /** @returns `state` and the values that go with it, and when it ends */
    async begin(
      purpose: SignInPurposeName,
      request: SignInRequest,
    ): Promise<SignInSecrets & { state: string; expiresAt: Date }> {
      const now = clock.now();
      const id = randomBytes(24).toString('base64url');
      const expiresAt = new Date(now.getTime() + LIFETIME_MS);
      await db.deleteFrom('sign_in_requests').where('expires_at', '<=', now).execute();
      await db
        .insertInto('sign_in_requests')
        .values({
          workspace_id: request.workspaceId,
          id,
          purpose,
          session_hash: request.sessionHash,
          connection_id: request.connectionId,
          provider: request.provider,
          return_to: request.returnTo,
          expires_at: expiresAt,
          created_at: now,
        })
        .execute();
      const signed = [request.workspaceId, id].join('.');
      const [key] = keys();
      return { ...secretsOf(key, id), state: `${signed}.${sign(key, purpose, signed)}`, expiresAt };
    },

    /**
     * Ends the request that a state stands for; a second time it stands for nothing. Null where it was not signed
     * here for this purpose, has ended, was taken, or belongs to another browser session.
     */
    async take(
      purpose: SignInPurposeName,
      state: string | undefined,
      sessionHash: Buffer | null,
    ): Promise<(SignInRequest & SignInSecrets) | null> {
      const [, workspaceId, id, signature] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(state ?? '') ?? [];
      if (!workspaceId || !id || !signature) return null;
      const signed = [workspaceId, id].join('.');
      const key = keys().find(each => equal(signature, sign(each, purpose, signed)));
      if (!key) return null;
      const row = await takeRow(db, { workspaceId, id, purpose, sessionHash, now: clock.now() });
      if (!row) return null;
      return {
        workspaceId,
        sessionHash: row.session_hash,
        connectionId: row.connection_id,
        provider: row.provider,
        returnTo: row.return_to,
        ...secretsOf(key, id),
      };
    },
  };
}
export type SignInRequests = ReturnType<typeof createSignInRequests>;

/** Deletes the row and returns it, if it is there for this purpose and browser session and has not ended. */
const takeRow = (
  db: Db,
  request: {
    workspaceId: string;
    id: string;
    purpose: SignInPurposeName;
    sessionHash: Buffer | null;
    now: Date;
  },
) =>
  db
    .deleteFrom('sign_in_requests')
    .where('workspace_id', '=', request.workspaceId)
    .where('id', '=', request.id)
    .where('purpose', '=', request.purpose)
    .where('expires_at', '>', request.now)
    .where(({ eb, or }) =>
      or([
        eb('session_hash', 'is', null),
        ...(request.sessionHash === null ? [] : [eb('session_hash', '=', request.sessionHash)]),
      ]),
    )
    .returning(['session_hash', 'connection_id', 'provider', 'return_to'])
    .executeTakeFirst();

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
