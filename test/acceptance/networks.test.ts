import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionCreate } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withApp, withSas } from '../support/connect.ts';
import { LOOPBACK_ALLOWED, startMooring } from '../support/mooring.ts';

// Each purpose has networks of its own: what is allowed for one is not allowed for the others.

let storage: Storage;
let receiver: ReturnType<typeof createServer>;
let hook: string;
let received = 0;
beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a.txt', body: 'a' });
  receiver = createServer((_request, response) => {
    received++;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  receiver?.close();
  await storage?.stop();
});

const NONE = Object.fromEntries(Object.keys(LOOPBACK_ALLOWED).map(name => [name, '']));

/** What an installation with these settings lets through, and the fixes that it gives for the rest. */
async function triesOf(settings: Record<string, string>) {
  const mooring = await startMooring(storage, { ...NONE, ...settings });
  try {
    const { client } = mooring;
    const fixOf = (error: { fix?: string }) => error.fix ?? String(error);
    const checksOf = async (body: ConnectionCreate) => {
      const { id } = await client.call('createConnection', { body });
      const run = await client.runChecks(id);
      const failed = run.checks.find(({ status }) => status === 'failed');
      return failed ? JSON.stringify([failed.observed, failed.fix]) : run.status;
    };
    const before = received;
    const webhook = await client.call('createWebhook', { body: { url: hook } }).then(async ({ id }) => {
      const { status } = await client.call('testWebhook', { params: { webhookId: id } });
      return status;
    }, fixOf);
    return {
      bySas: await checksOf(withSas(storage)).catch(fixOf),
      byApp: await checksOf(withApp(storage)).catch(fixOf),
      webhook,
      received: received - before,
      logs: mooring.logs(),
    };
  } finally {
    await mooring.stop();
  }
}

test('networks of storage are for storage only', async () => {
  const tried = await triesOf({ MOORING_STORAGE_NETWORKS: '10.0.0.0/8,127.0.0.0/8' });
  expect(tried.bySas).toBe('healthy');
  expect(tried.byApp).toMatch(/only to public addresses.*MOORING_SIGN_IN_NETWORKS/);
  expect(tried).toMatchObject({
    webhook: expect.stringContaining('MOORING_WEBHOOK_NETWORKS=127.0.0.1'),
    received: 0,
  });
  expect(tried.logs).not.toContain('deprecated');
});

test('networks of webhooks and sign-ins are not for storage', async () => {
  const { MOORING_STORAGE_NETWORKS: _, ...others } = LOOPBACK_ALLOWED;
  const tried = await triesOf({ ...others, MOORING_STORAGE_NETWORKS: '10.0.0.0/8' });
  for (const refused of [tried.bySas, tried.byApp])
    expect(refused).toContain('MOORING_STORAGE_NETWORKS=127.0.0.1');
  expect(tried).toMatchObject({ webhook: 'delivered', received: 1 });
});

test('the switch for all of them works on, and says what takes its place', async () => {
  const tried = await triesOf({ MOORING_ALLOW_PRIVATE_ENDPOINTS: 'true' });
  expect(tried).toMatchObject({ bySas: 'healthy', byApp: 'healthy', webhook: 'delivered', received: 1 });
  expect(tried.logs).toMatch(
    /MOORING_ALLOW_PRIVATE_ENDPOINTS is deprecated.*MOORING_STORAGE_NETWORKS, MOORING_WEBHOOK_NETWORKS, MOORING_SIGN_IN_NETWORKS/,
  );
});
