import type { Logger } from '../platform/log.ts';

const STOP_WITHIN_MS = 10_000;

/** A part of the process that runs until `stop` is called. */
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
 * Lets what is starting run until the process is asked to end (SIGTERM, SIGINT; for a child, the end of its
 * parent), then stops it and ends the process with 0; with 1 where stopping fails or takes more than 10 seconds.
 * A start that fails is the caller's to report.
 */
export function stopWhenAsked(starting: Promise<Running>, log: Logger): void {
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return; // Ctrl-C reaches children too, and then their parent asks them again
    stopping = true;
    log.info({ why }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    await (await starting).stop();
    log.info('stopped');
    process.exit(0);
  };
  const onSignal = (signal: string) => void stop(signal);
  const onDisconnect = () => void stop('the parent ended');
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, onSignal);
  process.on('disconnect', onDisconnect);
  if (process.connected === false) onDisconnect();
  // A listener for this one keeps a process alive.
  starting.catch(() => process.off('disconnect', onDisconnect));
}
