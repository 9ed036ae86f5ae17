import type { Locator, Page } from 'playwright-core';

const MOST_STOPS = 60;

/** Presses Tab until the element has the focus, as a person without a mouse does. @throws Error where it never gets it */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await element.evaluate(node => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${element} was not reached by ${MOST_STOPS} presses of Tab.`);
}

/** Goes to a field and types into it, in place of what is there. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

/** Goes to a button or link and presses Enter. */
export async function press(page: Page, element: Locator): Promise<void> {
  await tabTo(page, element);
  await page.keyboard.press('Enter');
}
