import { startPooler } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, createCli } from '../support/cli.ts';
import { type Postgres15, startPostgres15 } from '../support/postgres15.ts';
import { startServe } from '../support/serve.ts';
import { temporaryDirectory } from '../support/temporary.ts';

// goauthentik/authentik#23876, flyway/flyway#2895, bensheldon/good_job#269: a pooler between program and database.

let postgres: Postgres15;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let cli: Cli;
/** Of a database that nothing has written to. */
let url: URL;

beforeAll(async () => {
  postgres = await startPostgres15();
  url = new URL(await postgres.createDatabase('mooring'));
  home = await temporaryDirectory('home');
  cli = createCli(home.path);
});
afterAll(async () => {
  await postgres?.stop();
  await home?.remove();
});

async function before(mode: 'transaction' | 'session') {
  const { hostname, port, username, password } = url;
  const place = `host=${hostname} port=${port} user=${username} password='${password}'`;
  const settings = [`pool_mode = ${mode}`, 'default_pool_size = 40', 'max_client_conn = 200'];
  const pooler = await startPooler({ name: 'mooring', place }, settings);
  const through = new URL(url);
  through.host = pooler.address;
  return { pooler, env: { DATABASE_URL: through.href } };
}

test.each([['serve', '--port=0'], ['worker'], ['migrate']])(
  'in transaction mode, mooring %s ends at once and says what to change',
  async (...args) => {
    const { pooler, env } = await before('transaction');
    const { code, stdout, stderr } = await cli.run(args, { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`DATABASE_URL leads to a connection pooler at ${pooler.address}`);
    expect(stderr).toMatch(/Fix: .*pool_mode = session.*port/);
    expect(stderr).not.toContain(postgres.password);
    await pooler.stop();
  },
);

test('in session mode it works', async () => {
  const { pooler, env } = await before('session');
  const serve = await startServe(cli, ['--port=0'], env);
  await cli.json(['sign-in', serve.signInLink!]);
  expect((await fetch(`${serve.url}/ready`)).status).toBe(200);
  expect(await cli.json(['connection', 'list'])).toEqual([]);
  await serve.stop();
  await pooler.stop();
});
