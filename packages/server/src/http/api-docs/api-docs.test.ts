import { routes } from '@mooring/contract';
import { createOpenApi } from '@mooring/contract/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORAGE_KINDS } from '../../kinds.ts';
import { startTestServer, type TestHttpServer } from '../testing.ts';
import { html } from './html.ts';

describe('the description of the API', () => {
  let server: TestHttpServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('is an OpenAPI document for tools, also for those without a token', async () => {
    const response = await server.send('/v1/openapi.json', { token: null });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual(
      JSON.parse(
        JSON.stringify(createOpenApi({ kinds: STORAGE_KINDS.map(({ kind }) => kind.api), version: '1.2.3' })),
      ),
    );
  });

  it('is a page for people that names every route and loads nothing', async () => {
    const response = await server.send('/docs/api');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const [id, { method, path }] of Object.entries(routes)) {
      expect(page).toContain(`<h3 id="${id}"><code>${method} ${path.replace(/:(\w+)/g, '{$1}')}</code></h3>`);
    }
    expect(page).not.toMatch(/<script|<link|src=|\[object|undefined/);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(match => match[1]);
    expect(targets.length).toBeGreaterThan(50);
    for (const target of targets) expect(page).toContain(`id="${target}"`);
    const bodyOf = (id: string) => page.split(`<h3 id="${id}">`)[1]!.split('</article>')[0];
    expect(bodyOf('generateSetup')).toContain('<code>resourceGroup</code>');
    for (const { kind } of STORAGE_KINDS) {
      expect(bodyOf('generateSetup')).toContain(`<code>&#34;${kind.id}&#34;</code>`);
    }
    expect(bodyOf('createRegistration')).toContain('JSON lines, CSV, Parquet');
    expect(bodyOf('createToken')).toContain('<code>expiresInSeconds</code>');
    expect(bodyOf('createFeed')).toContain('<code>queueUrl</code>');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
  });
});

it('escapes what is put into HTML', () => {
  const evil = `<img src=x onerror="alert('1')">&`;
  const { markup } = html`<p title="${evil}">${[html`<b>${evil}</b>`, html`${null}`]}</p>`;
  expect(markup).not.toMatch(/<img|onerror="/);
  expect(markup).toContain('<b>&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;</b>');
});
