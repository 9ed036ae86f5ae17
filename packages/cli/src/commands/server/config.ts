import { type ConfigRow, describeConfig } from '@mooring/server/config';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { outputOf } from '../../session.ts';
import { addSettings, readSettings } from './settings.ts';

export function config(parent: Command, io: Io): void {
  const command = parent
    .command('config')
    .summary('show the settings of the server')
    .description(
      'Shows the settings that a server would run with here, and where each came from. Secrets are hidden.',
    );
  addSettings(command).action(async (_options: object, command: Command) => {
    const rows = describeConfig(readSettings(command, io));
    await outputOf(command, io).list<ConfigRow>(
      rows,
      [
        { title: 'SETTING', of: ({ name }) => name },
        { title: 'VALUE', of: ({ value }) => String(value ?? '') },
        { title: 'FROM', of: ({ from }) => from },
        { title: 'VARIABLE', of: ({ env }) => env },
      ],
      'There are no settings.',
    );
  });
}
