// `npm run screenshots`: every page, light and dark, on a desktop and on a phone, into docs/screenshots/.
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startStage } from '../test/e2e/stage.ts';
import { prepareTour } from '../test/e2e/tour.ts';
import { DESKTOP, PHONE } from '../test/e2e/visit.ts';
import { installDebianPackages } from './debian-packages.ts';
import { buildWeb } from './web-build.ts';

const directory = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
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
  const sights = await prepareTour(stage);
  for (const { look, ...options } of LOOKS) {
    const guest = await stage.visit({ ...options, signedIn: false });
    const member = await stage.visit(options);
    for (const { name, signedOut, open } of sights) {
      const { page } = signedOut ? guest : member;
      await open(page);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: `${directory}${name}-${look}.jpg`, type: 'jpeg', quality: 80 });
      console.error(`${name} ${look}`);
    }
    await guest.close();
    await member.close();
  }
} finally {
  await stage.stop();
}
