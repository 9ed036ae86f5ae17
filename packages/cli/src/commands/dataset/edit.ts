import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { findDataset } from './find.ts';
import { renderDataset } from './render.ts';
import { addSplitOptions, ruleOf, type SplitOptions } from './split-options.ts';

interface Options extends SplitOptions {
  name?: string;
  description?: string;
}

export function createDataset(parent: Command, io: Io): void {
  const create = parent
    .command('create')
    .summary('make a dataset')
    .description('Makes a dataset. It has no members before its first version.')
    .argument('<name>', 'what it is called')
    .option('--description <text>', 'what it is for');
  addSplitOptions(create).action(async (name: string, options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { description = '' } = options;
    const dataset = await client.call('createDataset', {
      body: { name, description, splitRule: ruleOf(options) ?? null },
    });
    await out.one(dataset, () => renderDataset(dataset, out.style, io.now()));
    out.note(`\nNext: mooring dataset version ${dataset.id} --folder FOLDER`);
  });
}

export function editDataset(parent: Command, io: Io): void {
  const edit = parent
    .command('edit')
    .summary('rename or describe a dataset, or change its splits')
    .description('Changes the values that are given. Splits change with the next version.')
    .argument('<dataset>', 'id or name')
    .option('--name <name>', 'what it is called')
    .option('--description <text>', 'what it is for');
  addSplitOptions(edit).action(async (idOrName: string, options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { id, splitRule: before } = await findDataset(client, idOrName);
    const { name, description } = options;
    const splitRule = ruleOf(options, before);
    const dataset = await client.call('updateDataset', {
      params: { datasetId: id },
      body: {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(splitRule !== undefined && { splitRule }),
      },
    });
    await out.one(dataset, () => renderDataset(dataset, out.style, io.now()));
  });
}

export function showDataset(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show one dataset')
    .description('Shows a dataset with its newest version.')
    .argument('<dataset>', 'id or name')
    .action(async (idOrName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const dataset = await findDataset(client, idOrName);
      await out.one(dataset, () => renderDataset(dataset, out.style, io.now()));
    });
}

export function removeDataset(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('remove a dataset with all its versions')
    .description('Removes a dataset with all its versions. Its assets stay.')
    .argument('<dataset>', 'id or name')
    .action(async (idOrName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id, name } = await findDataset(client, idOrName);
      await client.call('deleteDataset', { params: { datasetId: id } });
      await out.one({ id, removed: true }, () => `${name} is removed.\n`);
    });
}
