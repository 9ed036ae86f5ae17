import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function removeSshKey(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('remove an SSH key of yours at once')
    .description('Removes an SSH key: from now on Mooring refuses what is signed with it.')
    .argument('<key>', 'its id')
    .action(async (sshKeyId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await client.call('deleteOwnSshKey', { params: { sshKeyId } });
      await out.one({ id: sshKeyId, removed: true }, () => `${sshKeyId} is removed.\n`);
    });
}
