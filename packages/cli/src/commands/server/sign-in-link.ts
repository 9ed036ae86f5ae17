import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { outputOf } from '../../session.ts';
import { addSettings, readSettings } from './settings.ts';

export function signInLink(parent: Command, io: Io): void {
  const command = parent
    .command('sign-in-link')
    .summary('make a link that signs in as the administrator')
    .description(
      'Makes a link that signs in as the administrator, once, within an hour. For the person who runs the installation and ' +
        'cannot sign in any more: it goes to the database itself, with the same settings as `mooring serve`.',
    );
  addSettings(command).action(async (_options: object, command: Command) => {
    const config = readSettings(command, io);
    const { createLogger, createSignInLink } = await import('@mooring/server');
    const baseUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
    const link = await createSignInLink(config, createLogger({ level: config.logLevel }), baseUrl);
    const out = outputOf(command, io);
    await out.one(link, () => `${link.url}\n`);
    out.note(`expires ${relative(link.expiresAt, io.now())}`);
  });
}
