import { describe, expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, CONNECTION, mooring, OPERATION, page, problem, SAS, startApi } from '../../testing.ts';

const PATH = `/v1/connections/${CONNECTION.id}`;
const NAMED = { 'GET /v1/connections': page(CONNECTION) };
const ENDS = '2026-12-01T12:00:00.000Z';

test('show tells of warnings, neighbours and the next check', async () => {
  const connection = {
    ...CONNECTION,
    nextCheckAt: ENDS,
    warnings: [{ code: 'credential_expires', message: 'The SAS token ends in 6 days.', fix: '', at: ENDS }],
    overlaps: [{ connectionId: 'con_11111111111111111111', name: 'archive', relation: 'contains' }],
  };
  const { url } = await startApi({ 'GET /v1/connections': page(connection) });
  const { stdout } = await mooring(url, ['connection', 'show', 'photos']);
  expect(stdout).toMatch(/checked again +in 9 d/);
  expect(stdout).toMatch(/warning +The SAS token ends in 6 days\./);
  expect(stdout).toMatch(/beside +archive, which reaches all of this and more/);
});

describe('credential', () => {
  const args = ['connection', 'credential', 'photos', '--sas-token-file', '-'];
  test.each([
    [[], false],
    [['--accept-less'], true],
  ])('%j sends the new one, never shown', async (more, acceptLess) => {
    const { url, seen } = await startApi({ ...NAMED, [`POST ${PATH}/credential`]: answer(CONNECTION) });
    const { code, stdout, stderr } = await mooring(url, [...args, ...more], { stdin: SAS });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(seen.at(-1)!.body).toEqual({
      credential: { kind: 'azure-sas', sasToken: SAS },
      acceptLess,
    });
    expect(stdout).not.toContain('aHVzaG');
  });

  test('says what would be lost', async () => {
    const refused = problem(409, 'credential_grants_less', 'photos/ cannot be listed.');
    const { url } = await startApi({ ...NAMED, [`POST ${PATH}/credential`]: refused });
    const { code, stderr } = await mooring(url, args, { stdin: SAS });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('photos/ cannot be listed.');
  });
});

describe('unlink', () => {
  const RESULT = {
    connection: { ...CONNECTION, status: 'unlinked' },
    issuedUrls: { count: 3, lastEndsAt: '2026-11-22T12:10:00.000Z', items: [] },
    cancelledOperationIds: [OPERATION.id],
    revoke: {
      why: 'Azure still takes it.',
      steps: ['Revoke the keys.'],
      snippets: [
        { title: 'Revoke the keys', language: 'bash', text: 'az storage account revoke-delegation-keys' },
      ],
    },
  };

  test('says what ended, which URLs still work and what remains', async () => {
    const { url } = await startApi({ ...NAMED, [`POST ${PATH}/unlink`]: answer(RESULT) });
    const { code, stdout } = await mooring(url, ['connection', 'unlink', 'photos', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('photos is unlinked.');
    expect(stdout).toContain(`Cancelled: ${OPERATION.id}.`);
    expect(stdout).toContain('3 URLs that were handed out still work; the last expires in 10 min.');
    expect(stdout).toContain('1. Revoke the keys.');
    expect(stdout).toContain('\naz storage account revoke-delegation-keys\n');
    const machine = await mooring(url, ['connection', 'unlink', 'photos', '--yes', '--json']);
    expect(JSON.parse(machine.stdout)).toEqual(RESULT);
  });

  test('speaks of one URL as one', async () => {
    const one = { ...RESULT, issuedUrls: { ...RESULT.issuedUrls, count: 1 } };
    const { url } = await startApi({ ...NAMED, [`POST ${PATH}/unlink`]: answer(one) });
    const { stdout } = await mooring(url, ['connection', 'unlink', 'photos', '--yes']);
    expect(stdout).toContain('1 URL that was handed out still works; the last expires in 10 min.');
  });

  test('asks first, so without a terminal it needs --yes', async () => {
    const { url, seen } = await startApi(NAMED);
    expect(await mooring(url, ['connection', 'unlink', 'photos'])).toMatchObject({ code: EXIT.usage });
    expect(seen.map(({ method }) => method)).toEqual(['GET']);
  });
});

test('remove asks the server to keep the assets as gone ones', async () => {
  const { url, seen } = await startApi({ ...NAMED, [`DELETE ${PATH}`]: answer(OPERATION, 202) });
  const remove = ['connection', 'remove', 'photos', '--yes', '--no-wait'];
  await mooring(url, [...remove, '--keep-assets']);
  await mooring(url, remove);
  const paths = seen.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(paths).toEqual([`${PATH}?assets=tombstone`, `${PATH}?assets=remove`]);
});

test('history says when, what, who and why', async () => {
  const at = '2026-11-22T11:58:00.000Z';
  const event = { at, kind: 'status-changed', status: 'broken', detail: 'The token ended.', by: null };
  const { url } = await startApi({ ...NAMED, [`GET ${PATH}/events`]: page(event) });
  const { stdout } = await mooring(url, ['connection', 'history', 'photos']);
  expect(stdout).toMatch(/2 min ago +status-changed +✗ broken +Mooring +The token ended\./);
});

test('urls lists what still works', async () => {
  const items = [{ assetId: 'ast_00000000000000000000', key: 'a.jpg', endsAt: '2026-11-22T12:15:00.000Z' }];
  const issued = { count: 5, lastEndsAt: items[0]!.endsAt, items };
  const { url } = await startApi({ ...NAMED, [`GET ${PATH}/issued-urls`]: answer(issued) });
  const { stdout, stderr } = await mooring(url, ['connection', 'urls', 'photos']);
  expect(stdout).toMatch(/in 15 min +ast_00000000000000000000 +a\.jpg/);
  expect(stderr).toContain('And 4 URLs that end sooner.');
  const machine = await mooring(url, ['connection', 'urls', 'photos', '--json']);
  expect(JSON.parse(machine.stdout)).toEqual(issued);
});

describe('webhooks', () => {
  const WEBHOOK = {
    id: 'whk_00000000000000000000',
    url: 'https://example.com/x',
    events: ['sync.failed'],
    lastDeliveryAt: null,
    lastError: 'It answered 500, expected 2xx.',
    createdAt: '2026-11-22T11:00:00.000Z',
  };
  const DELIVERY = {
    id: 'dlv_00000000000000000000',
    event: 'webhook.test',
    status: 'delivered',
    attempts: 1,
    responseStatus: 204,
    error: null,
    nextAttemptAt: null,
    createdAt: '2026-11-22T11:59:00.000Z',
    deliveredAt: '2026-11-22T11:59:01.000Z',
  };

  test('add prints the secret alone; list does not show it', async () => {
    const { url, seen } = await startApi({
      'POST /v1/webhooks': answer({ ...WEBHOOK, secret: 'whsec_hush' }, 201),
      'GET /v1/webhooks': page(WEBHOOK),
    });
    const added = await mooring(url, ['webhook', 'add', WEBHOOK.url, '--event', 'sync.failed']);
    expect(added).toMatchObject({ code: 0, stdout: 'whsec_hush\n' });
    expect(seen[0]!.body).toEqual({ url: WEBHOOK.url, events: ['sync.failed'] });
    const { stdout } = await mooring(url, ['webhook', 'list']);
    expect(stdout).toMatch(/https:\/\/example\.com\/x +never +It answered 500, expected 2xx\. +sync\.failed/);
    expect((await mooring(url, ['webhook', 'add', 'x', '--event', 'nope'])).code).toBe(EXIT.usage);
  });

  test('test exits with 5 when it does not arrive', async () => {
    const path = `POST /v1/webhooks/${WEBHOOK.id}/test`;
    const ok = await startApi({ [path]: answer(DELIVERY) });
    expect(await mooring(ok.url, ['webhook', 'test', WEBHOOK.id])).toMatchObject({
      code: 0,
      stdout: 'It answered 204.\n',
    });
    const failed = { ...DELIVERY, status: 'failed', responseStatus: null, error: 'refused' };
    const bad = await startApi({ [path]: answer(failed) });
    const result = await mooring(bad.url, ['webhook', 'test', WEBHOOK.id]);
    expect(result).toMatchObject({ code: EXIT.checksFailed, stdout: 'It did not arrive. refused\n' });
  });

  test('deliveries and remove', async () => {
    const { url } = await startApi({
      [`GET /v1/webhooks/${WEBHOOK.id}/deliveries`]: page(DELIVERY),
      [`DELETE /v1/webhooks/${WEBHOOK.id}`]: response => response.writeHead(204).end(),
    });
    expect((await mooring(url, ['webhook', 'deliveries', WEBHOOK.id])).stdout).toMatch(
      /webhook\.test +delivered +1/,
    );
    expect(await mooring(url, ['webhook', 'remove', WEBHOOK.id])).toMatchObject({ code: 0 });
  });
});
