import type { Cause } from './cause.ts';
import { causes } from './causes.ts';
import { startRig } from './rig.ts';
import { type Row, runCause } from './run.ts';

/** How many causes are looked at at a time. Each has a storage account of its own. */
const AT_A_TIME = 4;

/** Runs every cause; rows come in the order of the causes. @param onRow hears of each as soon as it is known */
export async function runAll(onRow: (row: Row) => void = () => {}): Promise<Row[]> {
  const rig = await startRig(causes.length);
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
