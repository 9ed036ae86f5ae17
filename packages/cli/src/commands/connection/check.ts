import type { Check, CheckRun } from '@mooring/contract';
import type { Command } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { createProgressLine } from '../../output/progress.ts';
import { paint } from '../../output/status.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderCheck } from './render-check.ts';

const SETTLED = new Set<Check['status']>(['passed', 'warning', 'failed', 'skipped']);

export function checkConnection(parent: Command, io: Io): void {
  parent
    .command('check')
    .summary('run the checks of a connection')
    .description(
      'Runs the checks of a connection, and says of those that fail what was seen, what was expected and how to\n' +
        'mend it. Exits with 5 when one fails.',
    )
    .argument('<connection>', 'its id or name')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connection = await findConnection(client, name);
      const line = createProgressLine(io);
      const shown = new Set<string>();
      const run: CheckRun = await client.runChecks(connection.id, {
        onCheck: event => {
          if (event.type !== 'check' || out.json) return;
          const { check } = event;
          line.clear();
          if (check.status === 'running') line.show(`… ${check.title}`);
          if (!SETTLED.has(check.status) || shown.has(check.side + check.id)) return;
          shown.add(check.side + check.id);
          io.stdout.write(renderCheck(check, out.style));
        },
      });
      line.clear();
      await out.one(run, () => {
        const reason = run.statusReason ? `: ${run.statusReason}` : '';
        return `\n${connection.name} is ${paint(run.status, run.status, out.style)}${reason}\n`;
      });
      if (run.checks.some(({ status }) => status === 'failed')) throw new Exit(EXIT.checksFailed);
      out.note(`\nNext: mooring sync ${connection.id}`);
    });
}
