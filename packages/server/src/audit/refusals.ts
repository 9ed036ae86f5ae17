import type { Clock } from '@mooring/storage/server';
import type { Act } from './acts.ts';

const ONCE_IN_MS = 60_000;
const MOST_KNOWN = 10_000;

/**
 * Writes down acts that were refused because the caller may not do them. The same act of the same caller is written down
 * once in a minute, in each process: a caller cannot fill the audit. Memory is bounded.
 */
export function createRefusals(clock: Clock, record: (workspaceId: string, act: Act) => Promise<void>) {
  const written = new Map<string, number>();
  return async function recordRefusal(workspaceId: string, act: Act): Promise<void> {
    const key = JSON.stringify([workspaceId, act.action, act.caller.id ?? act.subjectId]);
    const now = clock.now().getTime();
    if (now - (written.get(key) ?? Number.NEGATIVE_INFINITY) < ONCE_IN_MS) return;
    written.delete(key); // so that the map's order is that of the last one
    written.set(key, now);
    if (written.size > MOST_KNOWN) written.delete(written.keys().next().value!);
    await record(workspaceId, act);
  };
}
