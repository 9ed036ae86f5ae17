import type { Check } from '@mooring/contract';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, CONNECTION, events, mooring, page, startApi } from '../../testing.ts';

const PATH = `/v1/connections/${CONNECTION.id}`;
const NAMED = { 'GET /v1/connections': page(CONNECTION) };
const check = (id: Check['id'], fields: Partial<Check> = {}): Check => ({
  ...{ id, side: 'server', title: `Check ${id}`, status: 'passed', observed: 'o', expected: 'e', fix: null },
  ...{ dependsOn: [], waitingUntil: null, durationMs: 1, checkedAt: null },
  ...fields,
});
const done = (...checks: Check[]) => ({ status: 'healthy', statusReason: null, checks });

describe('connection check', () => {
  test('asks for some checks, and to wait', async () => {
    const stream = events(['done', done()]);
    const { url, seen } = await startApi({ ...NAMED, [`POST ${PATH}/checks`]: stream });
    await mooring(url, ['connection', 'check', 'photos']);
    await mooring(url, ['connection', 'check', 'photos', '--only', 'list', 'sign,fetch', '--wait']);
    await mooring(url, ['connection', 'check', 'photos', '--wait', '20']);
    expect(seen.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { waitSeconds: 0 },
      { only: ['list', 'sign', 'fetch'], waitSeconds: 300 },
      { waitSeconds: 20 },
    ]);
  });

  test.each([
    [['--only', 'lust'], /There is no check "lust".*There are name, dns/s],
    [['--wait', 'long'], /"long" is not a valid waiting time.*whole seconds/s],
    [['--wait', '901'], /at most 900/],
  ])('refuses %s', async (options, says) => {
    const { url, seen } = await startApi(NAMED);
    const { code, stderr } = await mooring(url, ['connection', 'check', 'photos', ...options]);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(says);
    expect(seen).toEqual([]);
  });

  test('says what it waits for, and fails by what it ran, not by what browsers found', async () => {
    const fix = { why: 'Needed.', steps: ['Grant it.'], snippets: [] };
    const waiting = check('list', { status: 'running', fix, waitingUntil: '2026-11-22T12:04:32.000Z' });
    const result = done(check('list'), check('fetch', { side: 'browser', status: 'failed' }));
    const stream = events(['check', waiting], ['check', check('list')], ['done', result]);
    const { url } = await startApi({ ...NAMED, [`POST ${PATH}/checks`]: stream });
    const { code, stdout, stderr } = await mooring(url, ['connection', 'check', 'photos', '--wait'], {
      terminal: true,
    });
    expect(code).toBe(EXIT.ok);
    expect(stderr).toContain('Grant it.');
    expect(stderr).toContain('Check list: 4:32 left for a new role to take effect');
    expect(stdout).toContain('Check list');
  });
});

describe('connection test-url', () => {
  const probe = (url: string) => ({
    ...{ key: 'a b.jpg', sizeBytes: 9, contentType: null, url, delivery: 'direct' },
    expiresAt: '2026-11-22T13:00:00.000Z',
  });
  const object = { container: 'photos', key: 'a b.jpg', checks: [check('head')] };

  test('tries the URL that it is given from here too, and never shows it', async () => {
    const { url, seen } = await startApi({
      ...NAMED,
      [`POST ${PATH}/test-object`]: (response, request) =>
        answer({ ...object, probe: probe(`http://${request.headers.host}/signed?sig=secret`) })(
          response,
          request,
        ),
      'GET /signed': answer('picture'),
    });
    const human = await mooring(url, ['connection', 'test-url', 'photos', 'a b.jpg']);
    expect(human.code).toBe(EXIT.ok);
    expect(human.stdout).toMatch(/photos\/a b\.jpg\n.*Check head.*This machine loads the URL {2}Status 200/s);
    const machine = await mooring(url, ['connection', 'test-url', 'photos', 'https://x/c/a?sig=1', '--json']);
    expect(JSON.parse(machine.stdout)).toEqual({
      ...object,
      here: { status: 'passed', observed: 'Status 200, application/json.' },
    });
    expect(human.stdout + machine.stdout).not.toContain('secret');
    const bodies = seen.filter(({ path }) => path.endsWith('/test-object')).map(({ body }) => body);
    expect(bodies).toEqual([{ key: 'a b.jpg' }, { url: 'https://x/c/a?sig=1' }]);
    expect(seen.find(({ path }) => path.startsWith('/signed'))!.headers.range).toBe('bytes=0-99');
  });

  test.each<[string, object | null, RegExp, number]>([
    [
      'where nothing answers',
      probe('http://127.0.0.1:45/x'),
      /✗ This machine .* ECONNREFUSED/,
      EXIT.checksFailed,
    ],
    ['where nothing can be signed', null, /– This machine .* no URL/, EXIT.ok],
  ])('says so %s', async (_, found, says, code) => {
    const { url } = await startApi({
      ...NAMED,
      [`POST ${PATH}/test-object`]: answer({ ...object, probe: found }),
    });
    const ran = await mooring(url, ['connection', 'test-url', 'photos', 'a']);
    expect(ran.stdout).toMatch(says);
    expect(ran.code).toBe(code);
  });
});
