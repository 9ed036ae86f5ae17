import type { Asset } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, withApp, withSas } from '../support/connect.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

// What others have stored is answered under the address of the app, by the relay. It must do nothing there.

const stage = useStage();
/** Each would set the title of the page that it runs in. */
const SCRIPT = `document.title = 'taken over'; globalThis.takenOver = true;`;
const MARK = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">';
const UNKNOWN = 'application/octet-stream';
const OBJECTS: [key: string, contentType: string, body: string][] = [
  ['odd/code.js', 'text/javascript', SCRIPT],
  ['odd/module.mjs', 'application/javascript', `${SCRIPT} export default 1;`],
  ['odd/worker.js', 'application/x-javascript', `postMessage('taken over');`],
  ['odd/page.html', 'text/html', `<title>page</title><script>${SCRIPT}</script>`],
  ['odd/mark.svg', 'image/svg+xml', `${MARK}<script>${SCRIPT}</script></svg>`],
  ['odd/unknown.svg', UNKNOWN, `${MARK}<rect width="40" height="30"/><script>${SCRIPT}</script></svg>`],
];
let visit: Visit;
let page: Page;
/** By name. */
let relayed: Map<string, string>;

beforeAll(async () => {
  const { storage, mooring } = stage;
  const pdf = stage.objects.find(({ key }) => key.endsWith('.pdf'))!;
  for (const [key, contentType, body] of OBJECTS) await storage.put({ key, contentType, body });
  await storage.put({ key: 'odd/unknown.pdf', contentType: UNKNOWN, body: pdf.body });
  const { source } = await connect(mooring.client, storage, withSas(storage));
  await sync(mooring.client, source.id);
  const assets = (await assetsOf(mooring.client, source.id)).filter(({ key }) => key.startsWith('odd/'));
  const { items } = await mooring.client.call('signAssets', {
    body: { assetIds: assets.map(({ id }) => id) },
  });
  expect(items.every(({ delivery, url }) => delivery === 'relay' && url.startsWith(mooring.url))).toBe(true);
  relayed = new Map(items.map(({ assetId, url }) => [assets.find(({ id }) => id === assetId)!.name, url]));
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());

describe('in a page of the app, relayed bytes are not run', () => {
  /** What became of an element that the page is given. */
  const added = (tag: 'script' | 'iframe' | 'embed' | 'object', attributes: Record<string, string>) =>
    page.evaluate(
      ([tag, attributes]) =>
        new Promise<string>(resolve => {
          const element = Object.assign(document.createElement(tag), attributes);
          element.addEventListener('load', () => resolve('load'));
          element.addEventListener('error', () => resolve('error'));
          document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
          document.body.append(element);
        }),
      [tag, attributes] as const,
    );
  const isTakenOver = () => page.evaluate(() => 'takenOver' in globalThis || document.title === 'taken over');

  test.each(['code.js', 'module.mjs', 'page.html', 'mark.svg'])('%s as a script', async name => {
    const src = relayed.get(name)!;
    expect(await added('script', { src })).toBe('refused');
    expect(await added('script', { src, type: 'module' })).toBe('refused');
    expect(await isTakenOver()).toBe(false);
  });

  test.each(['code.js', 'module.mjs'])('%s by import(), nor in a worker', async name => {
    const url = JSON.stringify(relayed.get(name));
    const runs = `() => 'runs', () => 'refused'`;
    // As text, so that it reaches the browser as it is.
    const outcome = await page.evaluate(`Promise.all([
      import(${url}).then(${runs}),
      new Promise((resolve, reject) => {
        const worker = new Worker(${url});
        worker.onmessage = resolve;
        worker.onerror = reject;
      }).then(${runs}),
      navigator.serviceWorker.register(${url}).then(${runs}),
    ])`);
    expect(outcome).toEqual(['refused', 'refused', 'refused']);
    expect(await isTakenOver()).toBe(false);
  });

  test.each(['page.html', 'mark.svg', 'unknown.svg'])('%s in a frame', async name => {
    const src = relayed.get(name)!;
    await added('iframe', { src });
    expect(page.frames().filter(frame => frame.url() === src)).toEqual([]);
    expect(await isTakenOver()).toBe(false);
  });

  test('also where a policy lets scripts come from everywhere here, they are text', async () => {
    for (const name of ['code.js', 'module.mjs', 'worker.js']) {
      const answer = await fetch(relayed.get(name)!);
      expect([answer.headers.get('content-type'), answer.headers.get('x-content-type-options')]).toEqual([
        'text/plain',
        'nosniff',
      ]);
    }
  });
});

test.each(['page.html', 'mark.svg', 'unknown.svg'])(
  '%s in a tab of its own runs nothing, and is not of the app’s origin',
  async name => {
    const tab = await visit.context.newPage();
    await tab.goto(relayed.get(name)!);
    expect(await tab.evaluate(() => [origin, 'takenOver' in globalThis])).toEqual(['null', false]);
    await tab.close();
  },
);

// microsoft/AzureStorageExplorer#5459, VirtoCommerce/vc-platform#718, abpframework/abp#21670
describe.each([
  ['relayed', withSas],
  ['signed', withApp],
])('%s, an object whose storage says nothing of its type', (_, credential) => {
  let unknown: Map<string, Asset>;
  beforeAll(async () => {
    const { storage, mooring } = stage;
    const { source } = await connect(mooring.client, storage, credential(storage));
    await sync(mooring.client, source.id);
    unknown = new Map((await assetsOf(mooring.client, source.id)).map(asset => [asset.name, asset]));
  });
  const open = async (name: string) => {
    await page.goto(`/assets/${unknown.get(name)!.id}`);
    await page.getByText(UNKNOWN).waitFor();
  };

  test('is shown where it is an SVG', async () => {
    await open('unknown.svg');
    const picture = page.getByRole('img', { name: 'unknown.svg' });
    await expect
      .poll(() => picture.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight]))
      .toEqual([40, 30]);
  });

  test('is shown where it is a PDF', async () => {
    await open('unknown.pdf');
    await page.getByText('Page 1 of 2').waitFor();
  });
});
