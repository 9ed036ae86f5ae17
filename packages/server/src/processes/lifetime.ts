import type { Logger } from '../platform/log.ts';

const STOP_WITHIN_MS = 10_000;

/** What runs until it is told to stop. */
export interface Running {
  stop(): Promise<void>;
}

/** Writes what ends the process through the log, where secrets are left out, and not as Node.js would. */
export function logCrashes(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error }, origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception');
    process.exit(1);
  });
}

/**
 * Lets something run until the process is asked to end (SIGTERM, SIGINT; for a child, the end of its parent), then
 * stops it and ends the process with 0; with 1 where stopping fails or takes more than 10 seconds.
 */
export function stopWhenAsked(running: Running, log: Logger): void {
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return; // Ctrl-C reaches children too, and then their parent asks them again
    stopping = true;
    log.info({ why }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    await running.stop();
    log.info('stopped');
    process.exit(0);
  };
  for (const why of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(why, () => void stop(why));
}
