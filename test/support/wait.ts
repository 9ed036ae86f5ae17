import { setTimeout as pause } from 'node:timers/promises';

const WITHIN_MS = 180_000;
const INTERVAL_MS = 25;

/** Asks again and again until there is an answer. @throws Error that names what was waited for */
export async function until<T>(what: string, look: () => Promise<T | false | null | undefined>): Promise<T> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${WITHIN_MS / 1000} seconds.`);
    await pause(INTERVAL_MS);
  }
}
