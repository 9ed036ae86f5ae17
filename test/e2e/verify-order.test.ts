import { expect, test } from 'vitest';
import { seriousFindings } from './appearance.ts';
import { useStage } from './use-stage.ts';
import { authoriseApp, chooseLocation, verify } from './wizard.ts';

const stage = useStage();

test('after a check failed in the set-up, checking again comes first and going on second', async () => {
  await stage.storage.allowOrigins([]);
  const visit = await stage.visit({ still: true, dark: true });
  const { page } = visit;
  await chooseLocation(page, stage.storage);
  await authoriseApp(page, stage.storage.app);
  await verify(page);
  await page.getByText('It does not work yet.').waitFor();
  const foot = page.getByRole('button', { name: 'Continue anyway' }).locator('xpath=..');
  await expect
    .poll(() => foot.getByRole('button').allTextContents())
    .toEqual(['Check again', 'Continue anyway']);
  expect(await seriousFindings(page)).toEqual([]);
  await visit.close();
});
