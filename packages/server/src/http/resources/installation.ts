import { setTimeout as pause } from 'node:timers/promises';
import type { installationRoutes } from '@mooring/contract';
import { sql } from 'kysely';
import { MooringError } from '../../platform/problem.ts';
import type { Handlers } from '../route.ts';

/** Long enough for a busy database, short enough for a load balancer. */
const ANSWER_WITHIN_MS = 3000;

export const installationHandlers = {
  health: async ({ services: { version } }) => ({ status: 'ok', version }),

  ready: async ({ services: { draining, healthDb, version } }) => {
    if (draining.aborted)
      throw new MooringError('unavailable', 'This server is about to stop.', {
        fix: 'Send requests to another server of the installation.',
      });
    const silence = new AbortController();
    const answered = sql`select 1`.execute(healthDb).then(
      () => true,
      error => error,
    );
    const late = pause(ANSWER_WITHIN_MS, 'late', { signal: silence.signal }).catch(() => 'stopped');
    const outcome = await Promise.race([answered, late]);
    silence.abort();
    if (outcome === true) return { status: 'ok', version };
    throw new MooringError(
      'unavailable',
      outcome === 'late'
        ? `The database did not answer within ${ANSWER_WITHIN_MS / 1000} seconds.`
        : 'The database cannot be reached.',
      {
        fix: 'Check that PostgreSQL runs and can be reached; the log of the server says more.',
        cause: outcome,
      },
    );
  },

  getInstallation: async ({ services: { kinds, version }, baseUrl }) => {
    const offers = await Promise.all(kinds.ids.map(async id => [id, await kinds.get(id).offers()] as const));
    return {
      version,
      origins: [new URL(baseUrl).origin],
      storageKinds: [...kinds.ids],
      offers: Object.fromEntries(offers),
    };
  },
} satisfies Handlers<typeof installationRoutes>;
