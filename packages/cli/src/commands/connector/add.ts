import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf } from '../asset/filter.ts';
import { findDataset } from '../dataset/find.ts';
import { addSettings, readToken, type SettingOptions, settingsOf } from './options.ts';
import { renderConnector } from './render.ts';

interface Options extends FilterOptions, SettingOptions {
  dataset?: string;
  all?: boolean;
}

export function addConnector(parent: Command, io: Io): void {
  const add = parent
    .command('add')
    .summary('connect assets to a project of Label Studio')
    .description(
      'Makes a connector: its assets become tasks of a project of Label Studio with each push. The tasks open the ' +
        'assets by a link, which ends with the person or the token that makes the connector.',
    )
    .argument('<name>', 'what it is for')
    .argument('<project>', 'its address in Label Studio, e.g. https://labels.example.com/projects/7')
    .option('--dataset <dataset>', 'the newest version of this dataset (id or name)')
    .option('--all', 'all assets of the workspace');
  addSettings(addFilter(add)).action(
    async (name: string, address: string, options: Options, command: Command) => {
      const { dataset, all } = options;
      const project = projectAt(address);
      const { client, out } = await openSession(command, io);
      const filter = {
        ...(await filterOf(client, options)),
        ...(dataset !== undefined && { datasetId: (await findDataset(client, dataset)).id }),
      };
      if (Object.keys(filter).length === 0 && !all)
        throw new UsageError(
          'The command does not say which assets.',
          'Give --dataset, or filters such as --folder or --source, or --all.',
        );
      const token = await readToken(io, options.tokenFile);
      const connector = await client.call('createConnector', {
        body: {
          ...{ name, ...project, token, filter },
          ...settingsOf(options),
        },
      });
      await out.one(connector, () => renderConnector(connector, out.style, io.now()));
      out.note(`\nNext: mooring connector push ${connector.id}`);
    },
  );
}

/** The address as it stands in the browser: what follows the number is left out. @throws UsageError */
function projectAt(address: string): { url: string; projectId: number } {
  const [, url, number] = /^(https?:\/\/.+?)\/projects\/(\d{1,10})(?:[/?#].*)?$/.exec(address) ?? [];
  if (url !== undefined) return { url, projectId: Number(number) };
  throw new UsageError(
    `${JSON.stringify(address)} is not the address of a project.`,
    'Copy it from the browser, such as https://labels.example.com/projects/7.',
  );
}
