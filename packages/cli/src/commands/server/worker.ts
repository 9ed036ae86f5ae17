import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addSettings, readSettings } from './settings.ts';

export function worker(parent: Command, io: Io): void {
  const command = parent
    .command('worker')
    .summary('run a worker next to other servers')
    .description(
      'Runs a worker until it is stopped: it takes up operations, such as syncs. `mooring serve` runs one ' +
        'itself. More workers, on any machine, share the work. They need the same DATABASE_URL and ' +
        'MOORING_SECRET_KEY, and do not start with another key.',
    );
  addSettings(command).action(async (_options: object, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, logCrashes, stopWhenAsked, work } = await import('@mooring/server');
    const log = createLogger({ level: config.logLevel });
    logCrashes(log);
    const working = work(config, log);
    stopWhenAsked(working, log);
    await working;
  });
}
