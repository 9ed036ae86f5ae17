import type { Trx } from '../catalogue/db.ts';
import type { Queue, QueueJob } from '../platform/queue.ts';

/**
 * Says that an operation may be taken up. Good for one take-up only: the one that makes `attempts` one higher.
 * So sending it again, or taking an old one, does no harm.
 */
export interface Dispatch {
  workspaceId: string;
  operationId: string;
  /** The row's `attempts` when it was sent. */
  attempts: number;
  /** Retryable failures since the operation last got on. */
  failures: number;
}
export type OperationQueue = Queue<Dispatch>;
/** The name of the queue that carries them. */
export const OPERATIONS_QUEUE = 'operations';

export function toJob(dispatch: Dispatch, afterSeconds = 0): QueueJob<Dispatch> {
  return { key: `${dispatch.operationId}:${dispatch.attempts}`, data: dispatch, afterSeconds };
}

/** Puts one in the queue when the transaction commits. */
export const send = (queue: OperationQueue, trx: Trx, dispatch: Dispatch, afterSeconds = 0) =>
  queue.send([toJob(dispatch, afterSeconds)], trx);
