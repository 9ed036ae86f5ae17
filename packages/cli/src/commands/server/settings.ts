import { type Config, loadConfig } from '@mooring/server/config';
import { SETTINGS } from '@mooring/server/settings';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { KINDS } from '../../kinds.ts';

/** Settings that hold no secret, and so may stand on the command line. */
const FLAGS = Object.keys(SETTINGS).filter(name => !SETTINGS[name]!.redact);
/** Variables that the command line itself reads. */
const OWN_VARIABLES = [
  'MOORING_URL',
  'MOORING_TOKEN',
  ...KINDS.flatMap(({ credential }) => Object.values(credential.environment)),
];
const toFlag = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/** Adds the settings of the server to a command. */
export function addSettings(command: Command): Command {
  command.option('--config <file>', 'settings as a JSON file (default: mooring.json where there is one)');
  for (const name of FLAGS) {
    const { env, expected } = SETTINGS[name]!;
    command.option(`--${toFlag(name)} <value>`, `${expected} (${env})`);
  }
  return command.addHelpText(
    'after',
    '\nThe database of a team is named by DATABASE_URL, and the key that seals credentials by MOORING_SECRET_KEY;\n' +
      'both are secrets, and so are not options. `mooring config` shows every setting and where it came from.',
  );
}

/** The settings as flags, environment and file give them. */
export function readSettings(command: Command, io: Io): Config {
  const options = command.opts<Record<string, string>>();
  const flags = Object.fromEntries(FLAGS.map(name => [name, options[name]]));
  return loadConfig({ flags, env: io.env, file: options.config, otherVariables: OWN_VARIABLES });
}
