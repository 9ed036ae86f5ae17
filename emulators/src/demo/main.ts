// `npm run demo`: a storage account with real media, an installation of Mooring, and the main job between them.
import { rm } from 'node:fs/promises';
import { startInstallation } from '../installation.ts';
import { startStorage } from '../storage.ts';
import { inPlaceOfAzurite } from '../volume/in-place.ts';
import { createDataDir } from './data-dir.ts';
import { demoObjects, demoPicture } from './objects.ts';
import { type DemoOptions, parseDemoOptions, USAGE } from './options.ts';
import { shortcomings } from './report.ts';
import { runDemo } from './run.ts';
import { createScreen } from './screen.ts';

const screen = createScreen(process.stderr);
/** Settled by Ctrl-C or a request to end. */
const interrupted = new Promise<'interrupted'>(resolve => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve('interrupted'));
});
/** Undo what was started, last first. */
const undo: (() => Promise<unknown>)[] = [];

process.exitCode = await main(process.argv.slice(2));
process.exit();

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  let options: DemoOptions;
  try {
    options = parseDemoOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const work = demo(options).catch(error => {
    screen.line(`✗ ${(error as Error).message}`);
    return { code: 1, farewell: null };
  });
  const outcome = await Promise.race([work, interrupted]);
  if (outcome !== 'interrupted' && outcome.farewell && !options.once) {
    screen.line(outcome.farewell);
    await interrupted;
  }
  for (const stop of undo.reverse()) await stop();
  return outcome === 'interrupted' ? 130 : outcome.code;
}

/** Starts something that has to be stopped again, also when the demo is interrupted while it starts. */
async function started<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  undo.push(() =>
    starting.then(
      ({ stop }) => stop(),
      () => undefined,
    ),
  );
  return starting;
}

/** Runs the demo. @returns the exit code, and what to say to a person who may now look around. */
async function demo({
  json,
  objects: count,
  auth,
  emulator,
}: DemoOptions): Promise<{ code: number; farewell: string }> {
  const computed = { media: { objects: count, shape: 'tree', picture: await demoPicture() } } as const;
  const storage = await screen.step('Starting the storage and the token issuer', () =>
    started(
      startStorage({
        // Browsers load from it, and none knows its certificate. A SAS goes over HTTPS only, through Mooring's relay.
        secure: auth === 'sas',
        ...(emulator === 'volume' && { emulate: inPlaceOfAzurite(computed) }),
      }),
    ),
  );
  const objects = await demoObjects();
  const seeded = {
    objects: objects.length + count,
    placeholders: objects.filter(({ placeholder }) => placeholder).length,
  };
  await screen.step(`Filling the container with ${seeded.objects.toLocaleString('en')} objects`, async () => {
    await Promise.all(objects.map(storage.put));
    if (emulator === 'azurite') await storage.seedMany(count);
  });

  const dataDir = await createDataDir();
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  const installation = await screen.step('Starting Mooring with its own database', () =>
    started(
      startInstallation({
        env: process.env,
        dataDir,
        caFile: storage.certificates.caFile,
        settings: {
          MOORING_AZURE_AUTHORITY_HOST: storage.authorityHost,
          MOORING_STORAGE_NETWORKS: '127.0.0.0/8,::1',
          MOORING_SIGN_IN_NETWORKS: '127.0.0.0/8,::1',
          MOORING_LOG_LEVEL: 'warn',
        },
      }),
    ),
  );
  await storage.allowOrigins([installation.url]);

  const { report, operation, signInLink } = await runDemo(
    storage,
    installation,
    auth,
    seeded.objects,
    screen,
  );
  const wrong = shortcomings(report, operation, seeded);
  if (json) console.log(JSON.stringify(report, null, process.stdout.isTTY ? 2 : 0));
  for (const sentence of wrong) screen.line(`✗ ${sentence}`);
  if (wrong.length) screen.line(`What the server printed:\n${installation.logs()}`);
  const source = auth === 'sas' ? 'through Mooring' : `straight from the storage, ${storage.front.origin}`;
  const farewell = `
Open this address; it signs you in, once:

  ${signInLink}

Photos and videos come ${source}.
Press Ctrl-C to stop everything.`;
  return { code: wrong.length ? 1 : 0, farewell };
}
