import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function showProfile(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show the rules of a profile')
    .description('Prints a profile as mooring profile put reads it.')
    .argument('<profile>', 'its name')
    .action(async (profileName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const profile = await client.call('getProfile', { params: { profileName } });
      const { description, rules } = profile;
      await out.one(profile, () => `${JSON.stringify({ description, rules }, null, 2)}\n`);
    });
}
