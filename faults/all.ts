import type { Page } from 'playwright-core';
import type { Cause } from './cause.ts';
import { causes } from './causes.ts';
import { createPlace } from './place.ts';
import { type Rig, startRig } from './rig.ts';
import { checkInBrowser, type Row, runCause } from './run.ts';

/** How many causes are looked at at a time. Each has a storage account of its own. */
const AT_A_TIME = 4;

/**
 * Runs every cause; rows come in the order of the causes. Before them, that nothing is said where nothing is broken.
 * @param onRow hears of each as soon as it is known
 */
export async function runAll(onRow: (row: Row) => void = () => {}): Promise<Row[]> {
  const rig = await startRig(causes.length + 1);
  try {
    const rows: Row[][] = [];
    const run = async (cause: Cause, page: Parameters<typeof runCause>[3]) => {
      const index = causes.indexOf(cause);
      rows[index] = await runCause(rig, cause, index, page);
      rows[index].forEach(onRow);
    };
    const inBrowser = async () => {
      const context = await rig.browser.newContext({ baseURL: rig.mooring.url });
      const page = await context.newPage();
      await page.goto(await rig.mooring.createSignInLink());
      await page.waitForURL('**/assets');
      await requireSilence(rig, page);
      for (const cause of causes) if (cause.browser) await run(cause, page);
      await context.close();
    };
    const left = causes.filter(({ browser }) => !browser);
    const others = Array.from({ length: AT_A_TIME }, async () => {
      for (let cause = left.shift(); cause; cause = left.shift()) await run(cause, null);
    });
    await Promise.all([inBrowser(), ...others]);
    return rows.flat();
  } finally {
    await rig.stop();
  }
}

/** @throws where a check has something to say though nothing is broken */
async function requireSilence(rig: Rig, page: Page): Promise<void> {
  const place = await createPlace(rig.ground, rig.accounts[causes.length]!, {});
  try {
    place.grant('list', 'read', 'delegate', 'write', 'delete');
    const body = { ...place.connection, renditionPrefix: 'renditions/' };
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
