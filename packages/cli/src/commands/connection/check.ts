import { CHECKS, type Check, type CheckId, type CheckRun } from '@mooring/contract';
import type { Command } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit, UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../output/status.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { watchChecks } from './watch-checks.ts';

const DEFAULT_WAIT_SECONDS = 300;
const MOST_WAIT_SECONDS = 900;

interface Options {
  only?: string[];
  wait?: true | string;
}

export function checkConnection(parent: Command, io: Io): void {
  parent
    .command('check')
    .summary('run the checks of a connection')
    .description(
      'Runs the checks of a connection. For each that fails it says what was seen, what was expected and how to ' +
        'fix it. Exits with 5 when one fails.',
    )
    .argument('<connection>', 'its id or name')
    .option('--only <checks...>', 'only these, and what they depend on')
    .option('--wait [seconds]', 'wait for roles that were granted just now (5 minutes by default)')
    .addHelpText('after', `\nChecks: ${Object.keys(CHECKS).join(', ')}`)
    .action(async (name: string, options: Options, command: Command) => {
      const only = readChecks(options.only);
      const waitSeconds = readWait(options.wait);
      const { client, out } = await openSession(command, io);
      const connection = await findConnection(client, name);
      const watch = watchChecks(io, out);
      const run: CheckRun = await client
        .runChecks(connection.id, {
          ...(only && { only }),
          waitSeconds,
          onCheck: event => event.type === 'check' && watch.see(event.check),
        })
        .finally(watch.end);
      await out.one(run, () => {
        const reason = run.statusReason ? `: ${run.statusReason}` : '';
        return `\n${connection.name} is ${paint(run.status, run.status, out.style)}${reason}\n`;
      });
      if (watch.seen().some(({ status }: Check) => status === 'failed')) throw new Exit(EXIT.checksFailed);
      out.note(`\nNext: mooring sync ${connection.id}`);
    });
}

function readChecks(given: string[] | undefined): CheckId[] | null {
  const ids = given?.flatMap(text => text.split(',')).filter(id => id !== '') ?? [];
  const unknown = ids.find(id => !Object.hasOwn(CHECKS, id));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no check ${JSON.stringify(unknown)}.`,
      `There are ${Object.keys(CHECKS).join(', ')}.`,
    );
  }
  return ids.length > 0 ? (ids as CheckId[]) : null;
}

function readWait(given: true | string | undefined): number {
  if (given === undefined) return 0;
  const seconds = given === true ? DEFAULT_WAIT_SECONDS : Number(given);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MOST_WAIT_SECONDS) return seconds;
  throw new UsageError(
    `${JSON.stringify(given)} is not a valid waiting time.`,
    `Give whole seconds, at most ${MOST_WAIT_SECONDS}.`,
  );
}
