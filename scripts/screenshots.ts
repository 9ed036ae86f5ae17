// `npm run screenshots`: every page and dialog, light and dark, on a desktop and on a phone, into dist/screenshots/.
// Those that documents show stand in docs/screenshots/ too: they are replaced there.
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Stage, startStage } from '../test/e2e/stage.ts';
import { createTour, emptySights, type Sight } from '../test/e2e/tour.ts';
import { DESKTOP, PHONE, type Visit } from '../test/e2e/visit.ts';
import { installDebianPackages } from './debian-packages.ts';
import { buildWeb } from './web-build.ts';

const directory = fileURLToPath(new URL('../dist/screenshots/', import.meta.url));
const shown = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const LOOKS = [
  { look: 'desktop-light', viewport: DESKTOP, dark: false },
  { look: 'desktop-dark', viewport: DESKTOP, dark: true },
  { look: 'phone-light', viewport: PHONE, dark: false },
  { look: 'phone-dark', viewport: PHONE, dark: true },
];

await installDebianPackages();
await buildWeb();
await rm(directory, { recursive: true, force: true });
await mkdir(directory, { recursive: true });
const stage = await startStage();
try {
  const tour = createTour(stage);
  await picture(stage, emptySights);
  await tour.prepare();
  await picture(stage, tour.sights);
} finally {
  await stage.stop();
}
for (const name of await readdir(shown)) await copyFile(`${directory}${name}`, `${shown}${name}`);

async function picture({ visit }: Stage, sights: Sight[]): Promise<void> {
  for (const { look, viewport, dark } of LOOKS) {
    const guest = await visit({ viewport, dark, still: true, signedIn: false });
    const member = await visit({ viewport, dark, still: true });
    for (const sight of sights) {
      const { page } = sight.guest ? guest : member;
      await page.setViewportSize(viewport);
      await sight.open(page);
      await page.waitForTimeout(300); // for what moves to come to rest
      await writeFile(`${directory}${sight.name}-${look}.webp`, await capture(page));
      await sight.leave?.(page);
      console.error(`${sight.name} ${look}`);
    }
    await Promise.all([guest.close(), member.close()]);
  }
}

/** What the page looks like now, as WebP, which Playwright itself does not offer: half the size of the others. */
async function capture(page: Visit['page']): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 75 });
  await devtools.detach();
  return Buffer.from(data, 'base64');
}
