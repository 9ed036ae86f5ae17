import { createHash } from 'node:crypto';
import type { Clock } from '@mooring/storage/server';
import type { Caller } from '../access/caller.ts';
import type { Db } from '../catalogue/db.ts';
import { keptAnswer } from '../catalogue/sealed-for.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';

const KEEP_MS = 24 * 3_600_000;
/** A claim this old without an answer is of a server that died. */
const ABANDONED_MS = 120_000;
const MOST_KEY_CHARS = 200;

export interface IdempotentRequest {
  caller: Caller;
  /** The Idempotency-Key, as it came. */
  key: string;
  /** What makes it this request and not another: anything that JSON can hold. */
  request: unknown;
  /** Of the answer. */
  status: number;
}

/**
 * Answers repeated requests without doing them again. Answers are kept for a day, sealed because some hold a secret.
 * A request that failed is not kept, so that it can be tried again. Where a server died between doing and keeping,
 * the same key does it once more.
 */
export function createIdempotency({ db, secrets, clock }: { db: Db; secrets: SecretBox; clock: Clock }) {
  const row = (workspaceId: string, key: string) => ({ workspace_id: workspaceId, key });

  /** Whether this request is the first with its key. */
  async function claim(workspaceId: string, key: string, hash: Buffer): Promise<boolean> {
    const now = clock.now();
    await db
      .deleteFrom('idempotent_answers')
      .where('workspace_id', '=', workspaceId)
      .where(eb =>
        eb.or([
          eb('created_at', '<', new Date(now.getTime() - KEEP_MS)),
          eb.and([eb('body', 'is', null), eb('created_at', '<', new Date(now.getTime() - ABANDONED_MS))]),
        ]),
      )
      .execute();
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('idempotent_answers')
      .values({ ...row(workspaceId, key), request_hash: hash, status: null, body: null, created_at: now })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /**
   * @returns what `act` returned, now or the first time
   * @throws MooringError `conflict` where the key belongs to another request, or that one is still being answered;
   * and what `act` throws
   */
  async function once<T>(
    { caller, key, request, status }: IdempotentRequest,
    act: () => Promise<T>,
  ): Promise<{ answer: T; repeated: boolean }> {
    if (!/^[\x20-\x7e]+$/.test(key) || key.length > MOST_KEY_CHARS) throw malformedKey();
    const { workspaceId } = caller;
    const ownKey = `${caller.id} ${key}`;
    const hash = createHash('sha256').update(JSON.stringify(request)).digest();
    const sealedFor = keptAnswer({ ...row(workspaceId, ownKey), request_hash: hash });

    if (await claim(workspaceId, ownKey, hash)) {
      const mine = row(workspaceId, ownKey);
      try {
        const answer = await act();
        const sealed = secrets.seal(JSON.stringify(answer), sealedFor).toString('base64');
        await db
          .updateTable('idempotent_answers')
          .set({ status, body: JSON.stringify({ sealed }) })
          .where(eb => eb.and(mine))
          .execute();
        return { answer, repeated: false };
      } catch (error) {
        await db
          .deleteFrom('idempotent_answers')
          .where(eb => eb.and(mine))
          .execute();
        throw error;
      }
    }

    const kept = await db
      .selectFrom('idempotent_answers')
      .selectAll()
      .where(eb => eb.and(row(workspaceId, ownKey)))
      .executeTakeFirst();
    if (kept && !kept.request_hash.equals(hash)) throw otherRequest();
    if (!kept?.body) throw stillBeingAnswered();
    const { sealed } = kept.body as { sealed: string };
    return { answer: JSON.parse(secrets.unseal(Buffer.from(sealed, 'base64'), sealedFor)), repeated: true };
  }

  return once;
}

const malformedKey = (): MooringError =>
  new MooringError(
    'invalid_request',
    `The Idempotency-Key has to be 1 to ${MOST_KEY_CHARS} printable ASCII characters.`,
    {
      fix: 'Send a random UUID.',
    },
  );
const otherRequest = (): MooringError =>
  new MooringError('conflict', 'This Idempotency-Key was sent before with another request.', {
    fix: 'Use a new key for each new request.',
  });
const stillBeingAnswered = (): MooringError =>
  new MooringError('conflict', 'The first request with this Idempotency-Key is still being answered.', {
    fix: 'Send it again in a second.',
    retryAfterSeconds: 1,
  });
