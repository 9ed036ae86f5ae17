import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOf } from '../../session.ts';
import { addSettings, readSettings } from './settings.ts';

export function serve(parent: Command, io: Io): void {
  const command = parent
    .command('serve')
    .summary('run a server, with its database and workers')
    .description(
      'Runs a server until it is stopped. Without DATABASE_URL it brings a database of its own. At the first start ' +
        'it prints a link that signs in as the administrator.',
    );
  addSettings(command).action(async (_options: object, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, logCrashes, serve: start, stopWhenAsked } = await import('@mooring/server');
    const log = createLogger({ level: config.logLevel });
    logCrashes(log);
    const starting = start(config, log);
    stopWhenAsked(starting, log);
    const { url, signInLink } = await starting;
    const out = outputOf(command, io);
    await out.one({ url, signInLink }, () => {
      const first = signInLink
        ? `\nSign in as the administrator, once, within an hour:\n  ${signInLink.url}\n`
        : '';
      return `Mooring answers at ${url}\n${first}`;
    });
  });
}
