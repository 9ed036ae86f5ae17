import { WHEN_GONE } from '@mooring/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { askSecret, readGiven } from '../../secret.ts';

const ENV = 'LABEL_STUDIO_API_KEY';

export interface SettingOptions {
  tokenFile?: string;
  whenGone?: (typeof WHEN_GONE)[number];
  everySeconds?: number | 'never';
}

/** What can be changed of a connector. */
export const addSettings = (command: Command): Command =>
  command
    .option('--token-file <file>', `the access token of Label Studio, in a file; - reads it; else ${ENV}`)
    .addOption(
      new Option('--when-gone <what>', 'what becomes of tasks whose assets have gone').choices(WHEN_GONE),
    )
    .option('--every-seconds <seconds>', 'push by itself so often; never: only when asked', toSeconds);

function toSeconds(text: string): number | 'never' {
  if (text === 'never') return text;
  const seconds = Number(text);
  if (Number.isSafeInteger(seconds) && seconds >= 60) return seconds;
  throw new InvalidArgumentError('Expected a whole number from 60, or never.');
}

/** The settings that the options say; those that they do not name are left out. */
export const settingsOf = ({ whenGone, everySeconds }: SettingOptions) => ({
  ...(whenGone && { whenGone }),
  ...(everySeconds !== undefined && { everySeconds: everySeconds === 'never' ? null : everySeconds }),
});

/** The token from a file or the environment; null: neither has one. */
export const givenToken = (
  io: Io,
  file: string | undefined,
  env: string | undefined = ENV,
): Promise<string | null> =>
  readGiven(io, {
    ...{ name: 'access token', isSecret: true, fileOption: '--token-file', file },
    ...{ valueOption: undefined, value: undefined, env },
  });

/** The token, which people are asked for on a terminal. @throws UsageError where there is none */
export async function readToken(io: Io, file: string | undefined): Promise<string> {
  const given = await givenToken(io, file);
  if (given !== null) return given;
  if (canAsk(io)) return askSecret(io, 'access token of Label Studio');
  throw new UsageError(
    'The command has no access token of Label Studio.',
    `Give --token-file FILE (- for standard input), or set ${ENV}.`,
  );
}
