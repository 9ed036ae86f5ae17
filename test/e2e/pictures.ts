import type { Page } from 'playwright-core';

/** Waits until every picture in sight is there. */
export const allPicturesShown = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>('[role=grid] img')];
    return images.length > 0 && images.every(image => image.complete && image.naturalWidth > 0);
  });

/** Width and height of the picture that the asset's page shows, once it is there. */
export async function openedPicture(page: Page, name: string): Promise<{ width: number; height: number }> {
  const image = page.getByRole('img', { name, exact: true });
  await image.waitFor();
  return image.evaluate(async (node: HTMLImageElement) => {
    await node.decode();
    return { width: node.naturalWidth, height: node.naturalHeight };
  });
}
