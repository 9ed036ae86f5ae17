import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const execute = promisify(execFile);

/** Runs a command to its end. @throws Error with what it printed, where it fails */
const run = (command: string, args: string[], cwd: string): Promise<string> =>
  execute(command, args, { cwd }).then(
    ({ stdout }) => stdout,
    ({ message, stdout }) => {
      throw new Error(`${message}\n${stdout}`);
    },
  );

const SDK = '@mooring/sdk';
/** Everything but `strict`; an answer of another type, or a call without what it needs, is still seen. */
const PROGRAM = `import { createClient, MooringApiError } from '${SDK}';
declare const process: { argv: string[] };
const client = createClient({ baseUrl: process.argv[2], token: 'mrg_x' });
const { version }: { version: string } = await client.call('health');
const names: string[] = [];
for await (const { name } of client.pages('listConnections')) names.push(name);
const nothing: void = await client.call('deleteToken', { params: { tokenId: 'tok_1' } });
const refused = await client.call('getConnection', { params: { connectionId: 'con_1' } }).catch(error => error);
const code: string = refused instanceof MooringApiError ? refused.code : 'none';
const operation = await client.watchOperation('op_1');
console.log(JSON.stringify({ version, names, nothing, code, status: operation.status }));
export const wrong = [
  // @ts-expect-error there is no such route
  () => client.call('nope'),
  // @ts-expect-error it needs an id
  () => client.call('getConnection', {}),
  // @ts-expect-error it needs a name
  () => client.call('createToken', { body: {} }),
  // @ts-expect-error it takes no body
  () => client.call('health', { body: {} }),
  // @ts-expect-error a version is no number
  async (): Promise<number> => (await client.call('health')).version,
  // @ts-expect-error it is no list
  () => client.pages('deleteToken', { params: { tokenId: 'tok_1' } }),
];
`;

/** A few routes of the API. */
async function startApi(): Promise<string> {
  const problem = { type: 'x', title: 'x', status: 404, detail: 'It is not there.', code: 'of_a_new_kind' };
  const server = createServer((request, response) => {
    const send = (status: number, body?: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? undefined : JSON.stringify(body));
    const path = request.url?.split('?')[0];
    if (path === '/health') return send(200, { status: 'ok', version: '1.2.3' });
    if (path === '/v1/connections') return send(200, { items: [{ name: 'photos' }], nextCursor: null });
    if (path === '/v1/tokens/tok_1') return send(204);
    if (path !== '/v1/operations/op_1') return send(404, { ...problem, requestId: 'r', fix: 'List them.' });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return response.end('event: operation\ndata: {"id":"op_1","status":"succeeded"}\n\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the packages that are built are used from outside the repository', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-sdk-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await run('npm', ['run', 'build', '-w', '@mooring/sdk'], root);
  const packages = ['contract', 'sdk'].map(name => join(root, 'packages', name, 'dist'));
  const packed = await run('npm', ['pack', '--json', ...packages], folder);
  const tarballs = (JSON.parse(packed) as { name: string; filename: string }[]).map(
    ({ name, filename }) => [name, `file:${filename}`] as const,
  );
  const linked = ['zod', 'eventsource-parser'].map(
    name => [name, `file:${join(root, 'node_modules', name)}`] as const,
  );
  const dependencies = Object.fromEntries([...tarballs, ...linked]);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], folder);

  await writeFile(join(folder, 'program.ts'), PROGRAM);
  const options = [
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--strict',
    'false',
    '--types',
    '',
    '--outDir',
    'out',
  ];
  await run(join(root, 'node_modules/.bin/tsc'), ['program.ts', ...options], folder);
  const printed = await run(process.execPath, ['out/program.js', await startApi()], folder);
  expect(JSON.parse(printed)).toEqual({
    version: '1.2.3',
    names: ['photos'],
    code: 'of_a_new_kind',
    status: 'succeeded',
  });
});
