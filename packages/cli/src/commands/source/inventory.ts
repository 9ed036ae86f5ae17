import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { alternatives } from '../../kind/words.ts';
import { findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { failIfUnsuccessful, renderOperation } from '../operation/render.ts';

interface Options {
  container: string;
  check?: boolean;
}

export function readInventory(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  const reports = kinds.flatMap(({ inventory }) => inventory ?? []);
  if (reports.length === 0) return;
  const report = alternatives(reports.map(inventory => inventory.report));
  parent
    .command('inventory')
    .summary(`seed a source from ${report}, or check it against one`)
    .description(
      `Adds the assets that ${report} has and the catalogue does not have. The next sync does the rest. With --check ` +
        'it writes nothing: the counts say what differs, and the errors of the operation name the first hundred.',
    )
    .argument('<source>', 'id or name of the source')
    .argument('<key>', alternatives(reports.map(({ key }) => key)))
    .requiredOption('--container <name>', 'the container that the report is in')
    .option('--check', 'only compare')
    .action(async (name: string, key: string, { container, check }: Options, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const source = await findSource(client, name);
      const { id } = await client.call('readInventory', {
        params: { sourceId: source.id },
        body: { container, key, mode: check ? 'check' : 'seed' },
      });
      const operation = await follow(session, id, `Reading ${key}`);
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
      failIfUnsuccessful(session, [operation]);
      if (operation.errorCount > 0) out.note(`\nWhat differs: mooring operation show ${id}`);
    });
}
