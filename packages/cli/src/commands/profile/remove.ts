import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function removeProfile(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('remove a profile that no source has')
    .description('Removes a profile of the workspace. No source may have it.')
    .argument('<profile>', 'its name')
    .action(async (profileName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await client.call('deleteProfile', { params: { profileName } });
      await out.one({ name: profileName, removed: true }, () => `${profileName} is removed.\n`);
    });
}
