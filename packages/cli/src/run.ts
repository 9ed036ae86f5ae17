import type { CliKind } from '@mooring/storage/cli';
import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { describeFailure, Exit, exitCodeOf, renderFailure, withoutSecretArguments } from './failure.ts';
import type { Io } from './io.ts';
import { KINDS } from './kinds.ts';
import { createStyle } from './output/style.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line and returns its exit code.
 * @param kinds the storage kinds that it knows
 */
export async function run(
  args: readonly string[],
  io: Io,
  version: string,
  kinds: readonly CliKind[] = KINDS,
): Promise<number> {
  try {
    await createProgram(io, version, kinds).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // help, version
    if (error instanceof Exit) return error.code;
    const failure = withoutSecretArguments(describeFailure(error), args, kinds);
    const text = args.includes('--json')
      ? `${JSON.stringify({ error: failure })}\n`
      : renderFailure(failure, createStyle(io.stderr, io.env));
    io.stderr.write(text);
    return exitCodeOf(error);
  }
}
