import type { Clock } from '@mooring/storage/server';
import type { Keys } from './sigv4.ts';

/** Keys to sign with, and when they end; null: they last. */
export interface Session {
  keys: Keys;
  endsAt: Date | null;
}

/** What requests and URLs are signed with. */
export interface Sessions {
  /** @throws ProviderError */
  get(container: string, signal: AbortSignal): Promise<Session>;
}

/** Of keys that were pasted. */
export const lastingSession = (session: Session): Sessions => ({ get: async () => session });

/** A session is made anew so long before it ends, so that no URL is short-lived because of it. */
const RENEW_BEFORE_MS = 20 * 60_000;

/**
 * Sessions of a role, one for each bucket. Several callers wait for the same one; a failure is not kept.
 * @param make asks for a session; not aborted with the caller, because others may wait for it
 */
export function roleSessions(make: (container: string) => Promise<Session>, clock: Clock): Sessions {
  const known = new Map<string, Promise<Session>>();
  const renew = (container: string): Promise<Session> => {
    const made = make(container);
    known.set(container, made);
    made.catch(() => known.get(container) === made && known.delete(container));
    return made;
  };
  const isFresh = ({ endsAt }: Session): boolean =>
    endsAt === null || endsAt.getTime() - clock.now().getTime() > RENEW_BEFORE_MS;
  return {
    async get(container) {
      const found = known.get(container);
      if (!found) return renew(container);
      const session = await found;
      if (isFresh(session)) return session;
      // Another caller may have begun meanwhile.
      return known.get(container) === found ? renew(container) : known.get(container)!;
    },
  };
}
