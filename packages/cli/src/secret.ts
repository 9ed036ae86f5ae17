import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isCancel, password } from '@clack/prompts';
import { EXIT } from './exit-code.ts';
import { Exit, UsageError } from './failure.ts';
import { canAsk, type Io } from './io.ts';

export interface SecretSource {
  /** What it is called in a question and in an error, e.g. `client secret`. */
  name: string;
  /** The option that names a file; `-` is standard input. */
  fileOption: string;
  file: string | undefined;
  /** The option that takes it as it is, for those who accept that. */
  valueOption: string;
  value: string | undefined;
  env: string;
}

/**
 * Gets a secret without it having to stand on the command line, where other users of the machine and the shell's
 * history see it: from a file, standard input, the environment or a hidden question. Null: none of these gave one.
 */
export async function readSecret(io: Io, source: SecretSource): Promise<string | null> {
  const { name, file, fileOption, value, valueOption, env } = source;
  if (value !== undefined) {
    io.stderr.write(
      `! The ${name} stands on the command line, where this machine's other users and the shell's history see it.\n` +
        `  Use ${fileOption} FILE (- for standard input) or ${env} instead of ${valueOption}.\n`,
    );
    return value.trim();
  }
  if (file !== undefined) return (await readSecretFile(io, file, fileOption)).trim();
  const given = io.env[env]?.trim();
  if (given) return given;
  return null;
}

/** The text of a file; `-` is standard input. @throws UsageError where it cannot be read */
export async function readSecretFile(io: Io, file: string, option: string): Promise<string> {
  if (file === '-') return text(io.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The file ${file} of ${option} cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
      'Check the path and who may read it.',
    );
  }
}

/** Asks without showing what is typed. Only where `canAsk`. */
export async function askSecret(io: Io, name: string): Promise<string> {
  if (!canAsk(io)) throw new Error(`nobody is there to ask for the ${name}`);
  return answered(
    await password({
      message: name[0]!.toUpperCase() + name.slice(1),
      input: io.stdin,
      output: io.stderr,
      validate: typed => (typed?.trim() ? undefined : `Type or paste the ${name}.`),
    }),
  ).trim();
}

/** The answer to a question; Ctrl-C ends the command. */
export function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Exit(EXIT.interrupted);
  return answer as Exclude<T, symbol>;
}
