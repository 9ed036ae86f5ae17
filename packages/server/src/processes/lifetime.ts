import type { Logger } from '../platform/log.ts';

const STOP_WITHIN_MS = 10_000;

/** A part of the process that runs until `stop` is called. */
export interface Running {
  /**
   * Goes on for a while, and lets others know that it is about to stop.
   * @param hurry cuts that short
   */
  drain?(hurry: AbortSignal): Promise<void>;
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
 * SIGTERM comes from a service manager, so it drains first; SIGINT comes from a person, who does not want to wait.
 * A start that fails is the caller's to report.
 */
export function stopWhenAsked(starting: Promise<Running>, log: Logger): void {
  const hurry = new AbortController();
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (why === 'SIGINT') hurry.abort();
    if (stopping) return; // Ctrl-C reaches children too, and then their parent asks them again
    stopping = true;
    log.info({ why }, 'stopping');
    const limit = endWithin(STOP_WITHIN_MS, log);
    const running = await starting;
    clearTimeout(limit);
    if (why === 'SIGTERM') await running.drain?.(hurry.signal);
    endWithin(STOP_WITHIN_MS, log);
    await running.stop();
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

const endWithin = (milliseconds: number, log: Logger) =>
  setTimeout(() => {
    log.error('stopping took too long');
    process.exit(1);
  }, milliseconds).unref();
