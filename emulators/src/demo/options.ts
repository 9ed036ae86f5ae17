import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** End after the report instead of waiting for Ctrl-C. */
  once: boolean;
  /** Print the report as JSON on stdout as soon as the demo is ready, whether it then ends or goes on running. */
  json: boolean;
  /** How many small objects to add to the container. */
  objects: number;
  /** Which credential the connection gets: an app registration or an account SAS. */
  auth: 'app' | 'sas';
  /** What emulates the storage: Azurite, or the high-volume emulator, whose objects are computed. */
  emulator: 'azurite' | 'volume';
}

export const USAGE = `npm run demo -- [--once] [--json] [--objects N] [--auth app|sas] [--emulator azurite|volume]

  --once       end after the report; otherwise the demo runs until Ctrl-C
  --json       print one JSON object on stdout as soon as the demo is ready: url, token, connectionString, caFile where
               one is needed, and the report
  --objects N  fill the container with N more small objects first (0 to 200000; with --emulator volume to 20000000)
  --auth       the connection's credential: app (an app registration, the default) or sas (an account SAS)
  --emulator   what emulates the storage: azurite (the default), or volume, which computes the N objects`;

const MOST_OBJECTS = { azurite: 200_000, volume: 20_000_000 };

/** @throws Error that says what is wrong with the arguments */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      objects: { type: 'string', default: '0' },
      auth: { type: 'string', default: 'app' },
      emulator: { type: 'string', default: 'azurite' },
    },
  });
  const { auth, emulator } = values;
  if (emulator !== 'azurite' && emulator !== 'volume')
    throw new Error(`--emulator is ${JSON.stringify(emulator)}; expected azurite or volume.`);
  const most = MOST_OBJECTS[emulator];
  const objects = /^\d+$/.test(values.objects) ? Number(values.objects) : Number.NaN;
  if (!(objects <= most))
    throw new Error(
      `--objects is ${JSON.stringify(values.objects)}; expected a whole number from 0 to ${most}.`,
    );
  if (auth !== 'app' && auth !== 'sas')
    throw new Error(`--auth is ${JSON.stringify(auth)}; expected app or sas.`);
  return { once: values.once, json: values.json, objects, auth, emulator };
}
