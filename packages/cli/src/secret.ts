import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { isCancel, password } from '@clack/prompts';
import { EXIT } from './exit-code.ts';
import { Exit, UsageError } from './failure.ts';
import { canAsk, type Io } from './io.ts';

/** Where a text can come from on the command line. */
export interface TextSource {
  /** What it is called in the middle of a sentence, e.g. `client secret`. */
  name: string;
  isSecret: boolean;
  /** The option that names a file; `-` is standard input. */
  fileOption: string | undefined;
  file: string | undefined;
  /** What it stands in as it is: an option, or in words. */
  valueOption: string | undefined;
  value: string | undefined;
  /** The variable of the environment that can hold it. */
  env: string | undefined;
}

/**
 * Gets a text from the command line, a file, standard input or the environment. A secret that stands on the command
 * line, where other users of the machine and the shell's history see it, is warned of. Null: none of these gave one.
 */
export async function readGiven(io: Io, source: TextSource): Promise<string | null> {
  const { file, fileOption, value, env } = source;
  if (value !== undefined) {
    if (source.isSecret) warnOfSecret(io, source);
    return value.trim();
  }
  if (file !== undefined) return (await readTextFile(io, file, fileOption ?? '')).trim();
  return (env !== undefined && io.env[env]?.trim()) || null;
}

function warnOfSecret(io: Io, { name, fileOption, valueOption, env }: TextSource): void {
  const others = [fileOption && `${fileOption} FILE (- for standard input)`, env].filter(Boolean);
  io.stderr.write(
    `! The ${name} is on the command line: other users of this machine and the shell's history see it.\n` +
      (others.length === 0 ? '' : `  Use ${others.join(' or ')} instead of ${valueOption}.\n`),
  );
}

/** The text of a file; `-` is standard input. @throws UsageError where it cannot be read */
export async function readTextFile(io: Io, file: string, option: string): Promise<string> {
  if (file === '-') return decode(await buffer(io.stdin));
  try {
    return decode(await readFile(file));
  } catch (error) {
    throw new UsageError(
      `The file ${file} of ${option} cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
      'Check the path and who may read it.',
    );
  }
}

/**
 * The mark at the beginning of a text says how it is encoded; without one it is UTF-8. `>` of Windows PowerShell 5.1
 * writes UTF-16. https://encoding.spec.whatwg.org/#bom-sniff
 */
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/**
 * Asks without showing what is typed. Only where `canAsk`.
 * @param judge what is wrong with what was typed; undefined where nothing is
 */
export async function askSecret(
  io: Io,
  name: string,
  judge: (typed: string) => string | undefined = () => undefined,
): Promise<string> {
  if (!canAsk(io)) throw new Error(`there is no terminal to ask for the ${name}`);
  return answered(
    await password({
      message: name[0]!.toUpperCase() + name.slice(1),
      input: io.stdin,
      output: io.stderr,
      validate: typed => (typed?.trim() ? judge(typed) : `Type or paste the ${name}.`),
    }),
  ).trim();
}

/** The answer to a question; Ctrl-C ends the command. */
export function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Exit(EXIT.interrupted);
  return answer as Exclude<T, symbol>;
}
