import { isFinished, type Operation } from '@mooring/contract';
import type { ClientInput } from './client-route.ts';

/** Under the timeouts of clients and proxies. */
const LONGEST_HOLD_SECONDS = 50;

/**
 * An operation when it has ended, or as it is after a while: clients ask again at once, so the answer is held.
 * @param seconds that the client wants to wait
 * @throws MooringError `not_found`
 */
export async function heldUntilEnd(
  { services: { operations }, caller: { workspaceId }, signal }: ClientInput,
  operationId: string,
  seconds: number,
): Promise<Operation> {
  let last = await operations.get(workspaceId, operationId);
  if (isFinished(last.status) || seconds <= 0) return last;
  const time = AbortSignal.timeout(Math.min(seconds, LONGEST_HOLD_SECONDS) * 1000);
  for await (const seen of operations.watch(workspaceId, operationId, AbortSignal.any([signal, time])))
    last = seen;
  return last;
}
