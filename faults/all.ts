import type { Page } from 'playwright-core';
import { azureCauses } from './azure/causes.ts';
import { createAzurePlace } from './azure/place.ts';
import type { Expected } from './cause.ts';
import { type Place, RENDITIONS } from './place.ts';
import { type Rig, startRig } from './rig.ts';
import { checkInBrowser, type Row, runCause } from './run.ts';
import { s3Causes } from './s3/causes.ts';
import { createS3Place } from './s3/place.ts';

/** Every cause of which Mooring has to name the layer. */
export const causes: readonly Expected[] = [...azureCauses, ...s3Causes];

/** What was said of a cause, and of which storage it is. */
export interface NamedRow extends Row {
  storage: 'azure' | 's3';
}

/** How many causes are looked at at a time. Each has a storage of its own. */
const AT_A_TIME = 4;

/**
 * Runs every cause; rows come in the order of the causes. Before them, that nothing is said where nothing is broken.
 * @param onRow hears of each as soon as it is known
 */
export async function runAll(onRow: (row: NamedRow) => void = () => {}): Promise<NamedRow[]> {
  const rig = await startRig(azureCauses.length + 1);
  try {
    const rows: NamedRow[][] = [];
    const trials = trialsOn(rig);
    const run = async (trial: Trial, page: Page | null) => {
      const found = (await trial.run(page)).map(row => ({ storage: trial.storage, ...row }));
      rows[trials.indexOf(trial)] = found;
      found.forEach(onRow);
    };
    const inBrowser = async () => {
      const context = await rig.browser.newContext({ baseURL: rig.mooring.url });
      const page = await context.newPage();
      await page.goto(await rig.mooring.createSignInLink());
      await page.waitForURL('**/assets');
      await requireSilence(rig, page, () => createAzurePlace(rig.ground, rig.accounts[azureCauses.length]!));
      await requireSilence(rig, page, () => createS3Place(rig.ground));
      for (const trial of trials) if (trial.expected.browser) await run(trial, page);
      await context.close();
    };
    const left = trials.filter(({ expected }) => !expected.browser);
    const others = Array.from({ length: AT_A_TIME }, async () => {
      for (let trial = left.shift(); trial; trial = left.shift()) await run(trial, null);
    });
    await Promise.all([inBrowser(), ...others]);
    return rows.flat();
  } finally {
    await rig.stop();
  }
}

/** One cause, ready to be run. */
interface Trial extends Pick<NamedRow, 'storage'> {
  expected: Expected;
  run(page: Page | null): Promise<Row[]>;
}

/** In the order of `causes`. */
const trialsOn = (rig: Rig): Trial[] => [
  ...azureCauses.map((cause, index) => ({
    storage: 'azure' as const,
    expected: cause,
    run: (page: Page | null) =>
      runCause(rig, cause, () => createAzurePlace(rig.ground, rig.accounts[index]!, cause.place), page),
  })),
  ...s3Causes.map(cause => ({
    storage: 's3' as const,
    expected: cause,
    run: (page: Page | null) => runCause(rig, cause, () => createS3Place(rig.ground), page),
  })),
];

/** @throws where a check has something to say though nothing is broken */
async function requireSilence(rig: Rig, page: Page, open: () => Promise<Place>): Promise<void> {
  const place = await open();
  try {
    place.allowAll();
    const body = { ...place.connection, renditionPrefix: RENDITIONS };
    const { id: connectionId } = await rig.mooring.client.call('createConnection', { body });
    await checkInBrowser(page, connectionId);
    const { checks } = await rig.mooring.client.call('getChecks', { params: { connectionId } });
    const odd = checks.filter(({ status }) => status !== 'passed');
    const sides = new Set(checks.map(({ side }) => side));
    if (odd.length === 0 && sides.size === 2) return;
    const said = odd.map(({ id, side, status, observed }) => `${id} (${side}) ${status}: ${observed}`);
    throw new Error(`Nothing is broken, and yet: ${said.join('; ') || 'one side did not look'}`);
  } finally {
    await place.stop();
  }
}
