import { writeFile } from 'node:fs/promises';
import { type DemoObject, demoObjects, type Storage, startStorage } from '@mooring/emulators';
import type { Browser } from 'playwright-core';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { startBrowser } from './browser.ts';
import { startVisit, type Visit, type VisitOptions } from './visit.ts';

/** A storage with the demo's objects, an installation of Mooring, and a browser. */
export interface Stage {
  storage: Storage;
  mooring: Mooring;
  objects: DemoObject[];
  /** A new browser profile; `signedIn` by default. */
  visit(options?: VisitOptions & { signedIn?: boolean }): Promise<Visit>;
  /** Keeps how all open pages look, as `path-1.png` and so on, and what Mooring printed. @returns the files */
  keepEvidence(path: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** Environment variables for Mooring that differ, `MOORING_…`; or what finds them, once there is a storage. */
export type StageSettings = Record<string, string> | ((storage: Storage) => Promise<Record<string, string>>);

export async function startStage(given: StageSettings = {}): Promise<Stage> {
  const [storage, objects] = await Promise.all([startStorage(), demoObjects()]);
  const settings = typeof given === 'function' ? await given(storage) : given;
  const [mooring, browser] = await Promise.all([
    startMooring(storage, settings),
    startBrowser(storage.certificates),
    ...objects.map(storage.put),
  ] as [Promise<Mooring>, Promise<Browser>]);
  return {
    storage,
    mooring,
    objects,
    async visit({ signedIn = true, ...options } = {}) {
      const visit = await startVisit(browser, mooring.url, options);
      if (signedIn) {
        await visit.page.goto(await mooring.createSignInLink());
        await visit.page.waitForURL('**/assets');
      }
      return visit;
    },
    async keepEvidence(path) {
      const pages = browser.contexts().flatMap(context => context.pages());
      const pictures = pages.map(async (page, index) => {
        const file = `${path}-${index + 1}.png`;
        await page.screenshot({ path: file });
        return file;
      });
      const log = `${path}.log`;
      await writeFile(log, mooring.logs());
      return [...(await Promise.all(pictures)), log];
    },
    async stop() {
      await browser.close();
      await mooring.stop();
      await storage.stop();
    },
  };
}
