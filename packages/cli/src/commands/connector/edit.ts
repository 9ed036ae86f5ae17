import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { findConnector } from './find.ts';
import { addSettings, givenToken, type SettingOptions, settingsOf } from './options.ts';
import { renderConnector } from './render.ts';

interface Options extends SettingOptions {
  name?: string;
}

export function editConnector(parent: Command, io: Io): void {
  const edit = parent
    .command('edit')
    .summary('rename a connector, replace its token, or change its settings')
    .description(
      'Changes a connector. A new token is tried at once. Which assets it pushes cannot be changed.',
    )
    .argument('<connector>', 'id or name')
    .option('--name <name>', 'what it is called from now on');
  addSettings(edit).action(async (idOrName: string, options: Options, command: Command) => {
    const { name, tokenFile } = options;
    const { client, out } = await openSession(command, io);
    const { id: connectorId } = await findConnector(client, idOrName);
    const token = tokenFile === undefined ? null : await givenToken(io, tokenFile);
    const body = {
      ...(name !== undefined && { name }),
      ...(token !== null && { token }),
      ...settingsOf(options),
    };
    if (Object.keys(body).length === 0)
      throw new UsageError(
        'The command changes nothing.',
        'Give --name, --token-file, --when-gone or --every-seconds.',
      );
    const connector = await client.call('updateConnector', { params: { connectorId }, body });
    await out.one(connector, () => renderConnector(connector, out.style, io.now()));
  });
}

export function removeConnector(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('remove a connector and revoke its link')
    .description(
      'Removes a connector. Its tasks and annotations stay in Label Studio, which cannot open the assets any more.',
    )
    .argument('<connector>', 'id or name')
    .action(async (idOrName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id } = await findConnector(client, idOrName);
      await client.call('deleteConnector', { params: { connectorId: id } });
      await out.one({ id, removed: true }, () => `${id} is removed.\n`);
    });
}
