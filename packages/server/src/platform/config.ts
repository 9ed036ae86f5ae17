import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { closestMatch } from 'leven';
import { oidcProblems } from './config-oidc.ts';
import { SETTINGS, type Setting, type Settings } from './config-settings.ts';

const NAMES = Object.keys(SETTINGS);
const DEFAULT_FILE = 'mooring.json';

/** The settings; beside those of `Settings`, the storage kinds' own, by their names. */
export interface Config extends Readonly<Settings> {
  /** Where each value came from, e.g. `MOORING_PORT`, `--port`, `/srv/mooring.json`, `default`. */
  readonly from: Readonly<Record<keyof Settings, string> & Record<string, string>>;
}

/** What is wrong with the settings: all of it at once, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), { cause });
    this.problems = problems;
  }
}

/**
 * Reads the settings: flags before environment before file before defaults. Empty strings and null count as
 * not given, so that a variable can be emptied to fall back.
 *
 * @param flags as the command line gave them, under the settings' names
 * @param otherVariables variables `MOORING_…` that are not settings of the server; any other is refused
 * @param file the path of a JSON file; without one, `mooring.json` in the working directory where there is one
 * @throws ConfigError
 */
export function loadConfig({
  flags = {},
  env = process.env,
  file,
  otherVariables = [],
}: {
  flags?: Readonly<Record<string, unknown>>;
  env?: NodeJS.ProcessEnv;
  file?: string | undefined;
  otherVariables?: readonly string[];
} = {}): Config {
  const settings = readFile(file);
  const problems = [
    ...unknownNames(flags).map(name => `--${toFlag(name)} is not a setting. ${nearest(name, NAMES)}`),
    ...unknownVariables(env, otherVariables).map(
      name => `${name} in the environment is not a setting. ${nearest(name, VARIABLES)}`,
    ),
    ...unknownNames(settings.values).map(
      name => `“${name}” in ${settings.path} is not a setting. ${nearest(name, NAMES)}`,
    ),
  ];
  const values: Record<string, unknown> = {};
  const from: Record<string, string> = {};
  for (const name of NAMES) {
    const setting = SETTINGS[name]!;
    const given = [
      { value: flags[name], from: `--${toFlag(name)}` },
      { value: env[setting.env]?.trim(), from: setting.env },
      { value: settings.values[name], from: settings.path },
    ].find(({ value }) => value !== undefined && value !== null && value !== '');
    from[name] = given?.from ?? 'default';
    if (!given) {
      values[name] = setting.fallback(env);
      continue;
    }
    const parsed = setting.schema.safeParse(given.value);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(describeProblem(name, setting, given.value, given.from));
  }
  problems.push(...oidcProblems(name => from[name] !== 'default'));
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...(values as unknown as Settings), from: from as Config['from'] };
}

const toFlag = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const unknownNames = (values: object): string[] => Object.keys(values).filter(name => !NAMES.includes(name));
const VARIABLES = NAMES.map(name => SETTINGS[name]!.env);

/** Letters that may differ, so that a name is taken for a misspelt one. */
const MOST_MISSPELT = 5;
/** What was meant, or else all that there is. */
function nearest(name: string, known: readonly string[]): string {
  const meant = closestMatch(name, known, { maxDistance: MOST_MISSPELT });
  return meant ? `Do you mean ${meant}?` : `Settings are ${known.join(', ')}.`;
}

/**
 * Kubernetes sets these for each service whose name begins with mooring:
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const OF_KUBERNETES = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_\w+)$/;
const unknownVariables = (env: NodeJS.ProcessEnv, others: readonly string[]): string[] =>
  Object.keys(env).filter(
    name =>
      name.startsWith('MOORING_') && ![...VARIABLES, ...others].includes(name) && !OF_KUBERNETES.test(name),
  );

function readFile(file: string | undefined): { path: string; values: Record<string, unknown> } {
  const path = resolve(file ?? DEFAULT_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && file === undefined) return { path, values: {} };
    throw new ConfigError([`The settings file ${path} cannot be read (${code}).`], error);
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([`The settings file ${path} is not JSON: ${placeOf(error)}.`], error);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError([`The settings file ${path} does not hold an object, such as {"port": 7070}.`]);
  }
  return { path, values: values as Record<string, unknown> };
}

/** What the parser says, without the text around the place, which can be a secret. */
const placeOf = (error: unknown): string =>
  /position \d+( \(line \d+ column \d+\))?/.exec(String(error))?.[0] ?? 'it ends too early';

function describeProblem(name: string, setting: Setting, value: unknown, from: string): string {
  const seen = setting.redact
    ? 'not as expected'
    : typeof value === 'string'
      ? `“${value}”`
      : JSON.stringify(value);
  const kubernetes =
    from === 'MOORING_PORT' && String(value).startsWith('tcp://')
      ? ' Kubernetes sets this for a service named mooring: set enableServiceLinks to false, or name it differently.'
      : '';
  return `${name} from ${from} is ${seen}; expected ${setting.expected}.${kubernetes}`;
}

export interface ConfigRow {
  name: string;
  /** As it takes effect, with secrets redacted; null where there is none. */
  value: string | number | boolean | readonly string[] | null;
  from: string;
  env: string;
}

/** The effective settings with where each came from, secrets left out. */
export function describeConfig(config: Config): ConfigRow[] {
  const values = { ...config } as unknown as Readonly<Record<string, ConfigRow['value']>>;
  return NAMES.map(name => {
    const { env, redact } = SETTINGS[name]!;
    const set = values[name] ?? null;
    const value = redact && set !== null ? redact(String(set)) : set;
    return { name, value, from: config.from[name]!, env };
  });
}
