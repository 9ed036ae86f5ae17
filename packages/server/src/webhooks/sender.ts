import type { Clock, Guard } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Logger } from '../platform/log.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { Session } from '../platform/session.ts';
import { startWorkLoop, type WorkLoop } from '../platform/work-loop.ts';
import { type Attempt, attempt, type Letter } from './attempt.ts';
import { SEND_CHANNEL } from './emit.ts';

const AT_ONCE = 20;
/** A webhook with so many under way gets no more, so that a receiver that never answers does not hold up the others. */
const AT_ONCE_EACH = 4;
/** Longer than an attempt can take: the process that was to make it has died. */
const LEASE_SECONDS = 60;
/** The pauses between attempts that the standard recommends. */
export const RETRY_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** So that those who failed together do not come back together. */
const JITTER = 0.1;

interface Due extends Letter {
  attempts: number;
}

export interface SenderDependencies {
  db: Db;
  session: Session;
  guard: Guard;
  secrets: SecretBox;
  clock: Clock;
  log: Logger;
  /** For tests: how long to wait for an answer. */
  answerWithinMs?: number;
}

/**
 * Sends what is due to webhooks until it is stopped; any number of workers may. The sender that takes a delivery puts
 * its next attempt off by a lease, so that another one follows where it dies: a receiver gets everything at least once.
 */
export function startWebhookSender(deps: SenderDependencies): WorkLoop {
  const { db, session, log } = deps;
  const sending = new Set<Due>();

  const busy = (): string[] =>
    [...Map.groupBy(sending, ({ webhookId }) => webhookId)]
      .filter(([, under]) => under.length >= AT_ONCE_EACH)
      .map(([webhookId]) => webhookId);

  async function take(room: number): Promise<Due[]> {
    const { rows } = await sql<Due>`
      update webhook_deliveries d
      set attempts = d.attempts + 1, next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
      from webhooks w
      where w.workspace_id = d.workspace_id and w.id = d.webhook_id
        and (d.workspace_id, d.id) in (
          select workspace_id, id from webhook_deliveries
          where status = 'waiting' and next_attempt_at <= now() and webhook_id <> all(${busy()}::text[])
          order by next_attempt_at limit ${Math.min(room, AT_ONCE_EACH)} for update skip locked)
      returning d.workspace_id as "workspaceId", d.id as "deliveryId", d.body, d.attempts,
        w.id as "webhookId", w.url, w.secret_sealed as "secretSealed"`.execute(db);
    return rows;
  }

  async function run(due: Due, stopping: AbortSignal): Promise<void> {
    sending.add(due);
    try {
      const ended = await attempt(due, deps, stopping);
      if (stopping.aborted && ended.error !== null) return await giveBack(due);
      if (ended.error !== null) {
        const { webhookId, deliveryId, attempts } = due;
        log.warn({ webhookId, deliveryId, attempts, error: ended.error }, 'a webhook was not delivered');
      }
      await record(db, due, ended); // where that fails, it is sent again when the lease ends
    } finally {
      sending.delete(due);
    }
  }

  /** For another worker to try at once; it counts as no attempt. */
  async function giveBack({ workspaceId, deliveryId, attempts }: Due): Promise<void> {
    await db
      .updateTable('webhook_deliveries')
      .set({ attempts: attempts - 1, next_attempt_at: sql<Date>`now()` })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', deliveryId)
      .where('attempts', '=', attempts)
      .execute();
  }

  return startWorkLoop({
    name: 'webhooks',
    atOnce: AT_ONCE,
    take,
    run,
    wakeOn: wake => session.listen(SEND_CHANNEL, wake),
    log,
  });
}

/** Writes how an attempt went, and when the next one is due; unless another has been made meanwhile. */
export async function record(
  db: Db,
  { workspaceId, deliveryId, attempts }: Pick<Due, 'workspaceId' | 'deliveryId' | 'attempts'>,
  { responseStatus, error }: Attempt,
  { retry = true }: { retry?: boolean } = {},
): Promise<void> {
  const pause = retry ? RETRY_SECONDS[attempts - 1] : undefined;
  const seconds = pause !== undefined && pause * (1 + JITTER * Math.random());
  const outcome =
    error === null
      ? { status: 'delivered', next_attempt_at: null, delivered_at: sql<Date>`now()` }
      : seconds === false
        ? { status: 'failed', next_attempt_at: null }
        : { next_attempt_at: sql<Date>`now() + make_interval(secs => ${seconds})` };
  await db
    .updateTable('webhook_deliveries')
    .set({ ...outcome, response_status: responseStatus, error })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', deliveryId)
    .where('attempts', '=', attempts)
    .execute();
}
