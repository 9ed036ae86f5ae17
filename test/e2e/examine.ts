import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFindings, tooWide } from './appearance.ts';
import { DESKTOP, PHONE } from './visit.ts';

/** Where pictures of what was looked at are kept. */
const PICTURES = join(tmpdir(), 'mooring-pictures');

/**
 * Looks at the page wide and narrow, light and dark: axe has nothing to say, and nothing is too wide.
 * @param shown what the pictures are of, where the page is longer
 */
export async function examine(page: Page, name: string, shown?: Locator): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const theme of ['light', 'dark']) {
      await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
      expect.soft(await seriousFindings(page), `${name}, ${size}, ${theme}`).toEqual([]);
      await shown?.scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${theme}.png`) });
    }
    expect.soft(await tooWide(page), `${name}, ${size}`).toEqual([]);
  }
  await page.setViewportSize(DESKTOP);
}
