import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { kindOf } from './ids.ts';

export function endSession(parent: Command, io: Io): void {
  parent
    .command('end')
    .summary('end a session or a link at once')
    .description(
      'Ends a session of a browser, a sign-in link or a setup link: from now on Mooring refuses it.',
    )
    .argument('<id>', 'its id, from mooring session list or links')
    .action(async (id: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      switch (kindOf(id)) {
        case 'session':
          await client.call('endSession', { params: { sessionId: id } });
          break;
        case 'sign-in link':
          await client.call('deleteSignInLink', { params: { signInLinkId: id } });
          break;
        case 'setup link':
          await client.call('deleteSetupLink', { params: { setupLinkId: id } });
          break;
        default:
          throw new UsageError(
            `${JSON.stringify(id)} is no id of a session or a link: those begin with ses_, sil_ or stl_.`,
            'See mooring session list and mooring session links.',
          );
      }
      await out.one({ id, ended: true }, () => `${id} has ended.\n`);
    });
}
