import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOf } from '../../session.ts';
import { addSettings, readSettings } from './settings.ts';

export function migrate(parent: Command, io: Io): void {
  const command = parent
    .command('migrate')
    .summary('bring the database up to date')
    .description('Brings the database up to date. Servers and workers do so themselves when they start.');
  addSettings(command).action(async (_options: object, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, migrate: run } = await import('@mooring/server');
    const migrations = await run(config, createLogger({ level: config.logLevel }));
    await outputOf(command, io).one({ migrations }, () =>
      migrations.length === 0 ? 'The database is up to date.\n' : `Ran ${migrations.join(', ')}.\n`,
    );
  });
}
