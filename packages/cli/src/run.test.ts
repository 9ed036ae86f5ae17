import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from './exit-code.ts';
import { run } from './run.ts';
import {
  answer,
  CLIENT_ID,
  CONNECTION,
  createTestIo,
  events,
  mooring,
  OPERATION,
  PEM,
  page,
  problem,
  SAS,
  SOURCE,
  startApi,
  TENANT_ID,
} from './testing.ts';

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-cli-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

describe('exit codes', () => {
  const NOWHERE = 'http://127.0.0.1:9';

  test.each([
    [['--help'], EXIT.ok],
    [['connection', 'add', '--help'], EXIT.ok],
    [['--version'], EXIT.ok],
    [['nope'], EXIT.usage],
    [['connection', 'nope'], EXIT.usage],
    [['connection', 'show'], EXIT.usage],
    [['connection', 'list', '--nope'], EXIT.usage],
    [['asset', 'list', '--limit', '0'], EXIT.usage],
    [['asset', 'list', '--kind', 'nope'], EXIT.usage],
    [['connection', 'list'], EXIT.unreachable],
  ])('%j: %i', async (args, code) => {
    const result = await mooring(NOWHERE, args);
    expect(result).toMatchObject({ code });
    if (code === EXIT.ok) expect(result.stderr).toBe('');
    else expect(result).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^✗ .+\n {2}Fix: .+/) });
  });

  test('a mistyped option is named without its value', async () => {
    const { code, stderr } = await mooring(NOWHERE, ['connection', 'add', "--sas-tokne=sig=se'cr\net"]);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("unknown option '--sas-tokne'");
    expect(stderr).not.toMatch(/sig|cr|net/);
  });

  const KEY = `${'Ab1+/'.repeat(17)}x==`;
  test.each([
    [['connection', 'add', `AccountName=acme;AccountKey=${KEY}`], /connection string holds an account key/],
    [['connection', 'add', '--account', 'acme', '--container', KEY], /account key/],
    [['connection', 'add', 'BlobEndpoint=https://acme.blob.core.windows.net/'], /connection string/],
    [['connection', 'add', 'https:\\\\acme.blob.core.windows.net\\photos'], /backslashes/],
    [['asset', 'list', `--limit=${KEY}`], /limit/],
    [[`AccountKey=${KEY}`], /no command "…"/],
  ])('a secret in the wrong place is not repeated: %j', async (args, message) => {
    const { code, stdout, stderr } = await mooring(NOWHERE, args);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(message);
    expect(stdout + stderr).not.toContain('Ab1+');
  });

  test.each([
    [401, 'unauthenticated', EXIT.notSignedIn],
    [403, 'forbidden', EXIT.notSignedIn],
    [404, 'not_found', EXIT.notFound],
    [409, 'conflict', EXIT.failed],
    [500, 'internal', EXIT.failed],
  ])('the server answers %i: %s, %i', async (status, code, exit) => {
    const { url } = await startApi({ 'GET /v1/connections': problem(status, code, 'It is so.') });
    const human = await mooring(url, ['connection', 'list']);
    expect(human).toMatchObject({ code: exit, stdout: '' });
    expect(human.stderr).toContain('✗ It is so.');
    expect(human.stderr).toContain('req_1');
    const machine = await mooring(url, ['connection', 'list', '--json']);
    expect(machine).toMatchObject({ code: exit, stdout: '' });
    expect(JSON.parse(machine.stderr).error).toMatchObject({ code, detail: 'It is so.', requestId: 'req_1' });
  });
});

describe('lists', () => {
  test('a table on stdout; with --json the same as JSON and nothing else', async () => {
    const { url } = await startApi({ 'GET /v1/connections': page(CONNECTION) });
    const human = await mooring(url, ['connection', 'list']);
    expect(human).toMatchObject({ code: 0, stderr: '' });
    expect(human.stdout).toBe(
      'ID                        NAME    STATUS     ASSETS  CHECKED  CONTAINER\n' +
        'con_00000000000000000000  photos  ✓ healthy  12,345  1 h ago  https://acme.blob.core.windows.net/photos/\n',
    );
    const machine = await mooring(url, ['connection', 'list', '--json']);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual([CONNECTION]);
  });

  test('none: an empty list, and the next command beside it', async () => {
    const { url } = await startApi({ 'GET /v1/connections': page() });
    expect(await mooring(url, ['connection', 'list', '--json'])).toMatchObject({
      stdout: '[]\n',
      stderr: '',
    });
    const human = await mooring(url, ['connection', 'list']);
    expect(human).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('mooring connection add'),
    });
  });

  test('a limit holds across pages', async () => {
    const { url, seen } = await startApi({
      'GET /v1/operations': answer({ items: [OPERATION, OPERATION], nextCursor: 'n' }),
    });
    const { stdout, stderr } = await mooring(url, ['operation', 'list', '--limit', '5', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(5);
    expect(stderr).toContain('There are more than 5. List all of them with --all');
    expect(seen).toHaveLength(3);
  });

  test('a limit that is not reached is silent, and --all has none', async () => {
    const all = Array.from({ length: 120 }, () => OPERATION);
    const { url } = await startApi({ 'GET /v1/operations': answer({ items: all, nextCursor: null }) });
    for (const option of [['--limit', '120'], ['--all']]) {
      const { stdout, stderr } = await mooring(url, ['operation', 'list', '--json', ...option]);
      expect({ items: JSON.parse(stdout).length, stderr }).toEqual({ items: 120, stderr: '' });
    }
    const both = await mooring(url, ['operation', 'list', '--all', '--limit', '5']);
    expect(both).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('--limit') });
  });

  test('a list of hundreds of thousands is written as it comes', async () => {
    const items = Array.from({ length: 130_000 }, (_, index) => ({
      ...{ id: `ast_${index}`, key: `photo-${index}.jpg`, kind: 'image', status: 'present', sizeBytes: 1 },
      tags: [],
      failedRules: [],
    }));
    const { url } = await startApi({
      'GET /v1/assets': (response, request) => {
        const start = Number(new URL(request.path, 'http://x').searchParams.get('cursor') ?? 0);
        const end = start + 1000;
        const nextCursor = end < items.length ? String(end) : null;
        answer({ items: items.slice(start, end), nextCursor })(response, request);
      },
    });
    const { code, stdout, stderr } = await mooring(url, ['asset', 'list', '--limit', '125000']);
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: 125_002 });
    expect(stdout.split('\n')[125_000]).toMatch(/^ast_124999 .*photo-124999.jpg$/);
    expect(stderr).toContain('There are more than 125000.');
  });

  test('sources have the name of their connection, operations the name of their source', async () => {
    const { url } = await startApi({
      'GET /v1/connection-health': page(CONNECTION),
      'GET /v1/sources': page({ ...SOURCE, prefix: 'a/' }),
      'GET /v1/operations': page(OPERATION),
    });
    const sources = await mooring(url, ['source', 'list']);
    expect(sources.stdout).toMatch(/photos +0 +0 +never +photos\/a\/\n$/);
    const operations = await mooring(url, ['operation', 'list']);
    expect(operations.stdout).toMatch(/sync +photos\/a\/ +✓ succeeded/);
  });
});

describe('a connection', () => {
  const NAMED = {
    'GET /v1/connections': page(
      CONNECTION,
      { ...CONNECTION, id: 'con_11111111111111111111', name: 'twice' },
      { ...CONNECTION, name: 'twice' },
    ),
  };
  const CHECK = {
    side: 'server',
    dependsOn: [],
    fix: null,
    durationMs: 3,
    checkedAt: null,
    observed: null,
    expected: null,
  };

  test('is found by its name, and only where that is clear', async () => {
    const { url } = await startApi(NAMED);
    expect((await mooring(url, ['connection', 'show', 'photos'])).stdout).toContain(
      'app c of the directory t',
    );
    expect(await mooring(url, ['connection', 'show', 'nope'])).toMatchObject({ code: EXIT.notFound });
    const unclear = await mooring(url, ['connection', 'show', 'twice']);
    expect(unclear).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('con_11111111111111111111'),
    });
  });

  test('a failed check shows what was seen, expected and to be done, and exits with 5', async () => {
    const failed = {
      ...CHECK,
      ...{
        id: 'list',
        title: 'Listing',
        status: 'failed',
        observed: 'Status 403.',
        expected: 'Status 200.',
      },
      fix: {
        why: 'A role is missing.',
        steps: ['Grant it.'],
        snippets: [{ title: 'az', language: 'sh', text: 'az role\n  assign' }],
      },
    };
    const checks = [{ ...CHECK, id: 'name', title: 'Location', status: 'passed' }, failed];
    const done = { status: 'broken', statusReason: 'The container cannot be listed.', checks };
    const stream = events(
      ['check', { ...failed, status: 'running' }],
      ['check', checks[0]],
      ['check', failed],
      ['done', done],
    );
    const { url } = await startApi({ ...NAMED, [`POST /v1/connections/${CONNECTION.id}/checks`]: stream });
    const human = await mooring(url, ['connection', 'check', 'photos']);
    expect(human).toMatchObject({ code: EXIT.checksFailed, stderr: '' });
    expect(human.stdout).toBe(`✓ Location  3 ms
✗ Listing  failed  3 ms
    Seen:      Status 403.
    Expected:  Status 200.
    Fix:       A role is missing.
      1. Grant it.

      az
        az role
          assign


photos is broken: The container cannot be listed.
`);
    const machine = await mooring(url, ['connection', 'check', 'photos', '--json']);
    expect(machine).toMatchObject({ code: EXIT.checksFailed, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual(done);
  });

  test('is removed only when that was meant', async () => {
    const removal = { ...OPERATION, kind: 'remove-connection', counts: null };
    const { url, seen } = await startApi({
      ...NAMED,
      [`DELETE /v1/connections/${CONNECTION.id}`]: answer(removal, 202),
    });
    expect(await mooring(url, ['connection', 'remove', 'photos'])).toMatchObject({ code: EXIT.usage });
    expect(seen.some(({ method }) => method === 'DELETE')).toBe(false);
    expect(await mooring(url, ['connection', 'remove', 'photos', '--yes', '--no-wait'])).toMatchObject({
      code: 0,
    });
    expect(seen.at(-1)?.method).toBe('DELETE');
  });
});

describe('adding a connection', () => {
  const add = async (args: string[], options: { env?: Record<string, string>; stdin?: string } = {}) => {
    const { url, seen } = await startApi({ 'POST /v1/connections': answer(CONNECTION, 201) });
    return { ...(await mooring(url, ['connection', 'add', ...args], options)), sent: seen[0]?.body };
  };
  const APP = [
    'https://acme.blob.core.windows.net/photos/2026/',
    '--tenant-id',
    TENANT_ID,
    '--client-id',
    CLIENT_ID,
  ];
  const SENT = {
    name: 'photos',
    provider: 'azure',
    location: {
      account: 'acme',
      endpoint: 'https://acme.blob.core.windows.net',
      container: 'photos',
      prefix: '2026/',
    },
    credential: { kind: 'azure-app', tenantId: TENANT_ID, clientId: CLIENT_ID, clientSecret: 'hush' },
  };

  test('takes the secret from a file, standard input or the environment, without its line break', async () => {
    const file = join(await newDirectory(), 'secret.txt');
    await writeFile(file, 'hush\n');
    for (const [args, options] of [
      [['--client-secret-file', file], {}],
      [['--client-secret-file', '-'], { stdin: 'hush\n' }],
      [[], { env: { MOORING_CLIENT_SECRET: 'hush' } }],
    ] as const) {
      const { code, sent, stdout, stderr } = await add([...APP, ...args], options);
      expect({ code, sent }).toEqual({ code: 0, sent: SENT });
      expect(stdout + stderr).not.toContain('hush');
      expect(stderr).not.toContain('!');
    }
  });

  test('warns of a secret on the command line, without repeating it', async () => {
    const { code, sent, stderr } = await add([...APP, '--client-secret', 'hush']);
    expect({ code, sent }).toEqual({ code: 0, sent: SENT });
    expect(stderr).toContain('--client-secret-file');
    expect(stderr).not.toContain('hush');
  });

  test.each<[string[], object]>([
    [
      ['--tenant-id', TENANT_ID, '--client-id', CLIENT_ID, '--federated'],
      { kind: 'azure-app-federated', tenantId: TENANT_ID, clientId: CLIENT_ID },
    ],
    [['--mooring-app', '--tenant-id', TENANT_ID], { kind: 'azure-mooring-app', tenantId: TENANT_ID }],
    [['--managed-identity'], { kind: 'azure-managed-identity' }],
    [
      ['--managed-identity', '--client-id', CLIENT_ID],
      { kind: 'azure-managed-identity', clientId: CLIENT_ID },
    ],
    [['--azure-cli'], { kind: 'azure-cli' }],
    [['--azure-cli', '--tenant-id', TENANT_ID], { kind: 'azure-cli', tenantId: TENANT_ID }],
  ])('%j chooses the credential, with every other secret in the environment', async (args, credential) => {
    const env = { MOORING_CLIENT_SECRET: 'hush', MOORING_SAS_TOKEN: 'hush' };
    const { code, sent } = await add(['https://acme.blob.core.windows.net/photos', ...args], { env });
    expect({ code, sent }).toMatchObject({ code: 0, sent: { credential } });
    expect(JSON.stringify(sent)).not.toContain('hush');
  });

  test('takes a certificate from a file or standard input', async () => {
    const file = join(await newDirectory(), 'certificate.pem');
    await writeFile(file, `${PEM}\n`);
    for (const [name, options] of [
      [file, {}],
      ['-', { stdin: `${PEM}\n` }],
    ] as const) {
      const { sent, stdout, stderr } = await add([...APP, '--certificate-file', name], options);
      expect(sent).toMatchObject({
        credential: {
          kind: 'azure-app-certificate',
          tenantId: TENANT_ID,
          clientId: CLIENT_ID,
          certificatePem: PEM,
        },
      });
      expect(stdout + stderr).not.toContain('hush');
    }
  });

  test('takes an address with a SAS token in it for both, and warns', async () => {
    const { sent, stderr } = await add([`https://acme.blob.core.windows.net/photos?${SAS}`]);
    expect(sent).toMatchObject({
      location: { account: 'acme', container: 'photos', prefix: '' },
      credential: { kind: 'azure-sas', sasToken: SAS },
    });
    expect(stderr).toContain('--sas-token-file');
    expect(stderr).not.toContain('aHVzaG');
  });

  test.each([
    [[...APP, '--client-secret', CLIENT_ID], 'invalid_request', 'clientSecret', 'the id of the secret'],
    [
      ['https://acme.blob.core.windows.net/photos', '--mooring-app', '--tenant-id', '-contoso.com'],
      ...['invalid_request', 'tenantId', 'neither a GUID nor a domain'],
    ],
    [
      ['https://acme.blob.core.windows.net/photos', '--sas-token', SAS.replace('sp=rl', 'sp=r')],
      ...['sas_missing_permission', 'sasToken', 'lacks the permission List'],
    ],
  ] as [string[], string, string, string][])(
    '%j is refused as the server would, and nothing is sent',
    async (args, code, field, says) => {
      const human = await add(args);
      expect(human).toMatchObject({ code: EXIT.failed, stdout: '', sent: undefined });
      expect(human.stderr).toContain(says);
      const machine = await add([...args, '--json']);
      const json = machine.stderr.slice(machine.stderr.indexOf('{"error"'));
      expect(JSON.parse(json).error).toMatchObject({
        code,
        errors: [{ path: `credential.${field}`, message: expect.stringContaining(says) }],
        fix: expect.any(String),
      });
    },
  );

  test.each([
    [['--kind', 'azure'], 'Which container'],
    [['nonsense'], ''],
    [['--account', 'acme'], 'container'],
    [APP, 'client secret is missing'],
    [['https://acme.blob.core.windows.net/photos'], 'No credential'],
    [[...APP, '--client-secret-file', '/nonexistent'], 'cannot be read: ENOENT'],
    [[...APP, '--client-secret', 'a', '--sas-token', 'b'], 'Both a client secret and a SAS token'],
    [[...APP, '--sas-token', 'b'], 'Both an app registration and a SAS token'],
    [
      ['https://acme.blob.core.windows.net/photos', '--azure-cli', '--managed-identity'],
      'Both --managed-identity',
    ],
    [['https://acme.blob.core.windows.net/photos', '--mooring-app'], 'tenant) id is missing'],
    [['AccountName=acme;AccountKey=abcd'], 'holds an account key'],
  ])('%j says what is missing, and sends nothing', async (args, expected) => {
    const { code, sent, stderr } = await add(args);
    expect({ code, sent }).toEqual({ code: EXIT.usage, sent: undefined });
    expect(stderr).toContain(expected);
  });
});

describe('a command line', () => {
  test.each([
    [['asset'], /mooring asset needs a command: list, show, url, export, tag, meta\./],
    [['asset', 'nope'], /no command "nope" in mooring asset. There are list, show, url/],
    [['asset', 'list', 'foo', 'bar'], /mooring asset list takes no arguments, and got "foo" "bar" too/],
    [['connection', 'show', 'my', 'photos'], /connection show takes only <connection>, and got "photos" too/],
    [['token', 'list', 'x', '--json'], /takes no arguments/],
  ])('%j is refused by name', async (args, message) => {
    const { code, stdout, stderr } = await mooring('http://127.0.0.1:9', args);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('outputHelp');
  });

  test('help fills its lines and is no wider than the terminal', async () => {
    const { stdout } = await mooring('', ['sync', '--help']);
    const lines = stdout.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    const description = lines.slice(2, lines.indexOf('', 2));
    for (const line of description.slice(0, -1)) expect(line.length).toBeGreaterThan(75);
  });

  test('a field that the message names is not named again', async () => {
    const refusal = {
      type: 'x',
      title: 'x',
      status: 400,
      code: 'invalid_request',
      requestId: 'r',
      fix: 'F.',
    };
    const errors = [{ path: 'name', message: 'too long' }];
    const { url } = await startApi({
      'GET /v1/sources': answer({ ...refusal, detail: 'name: too long', errors }, 400),
    });
    const { stderr } = await mooring(url, ['source', 'list', '--connection', CONNECTION.id]);
    expect(stderr.match(/too long/g) ?? []).toHaveLength(0);
    const direct = await mooring(url, ['sync', 'a/b']);
    expect(direct.stderr.match(/too long/g)).toHaveLength(1);
  });

  test('a source is edited by its name, and shown for people', async () => {
    const source = { ...SOURCE, prefix: 'a/', schedule: { everySeconds: 3600 } };
    const { url, seen } = await startApi({
      'GET /v1/connections': page(CONNECTION),
      [`GET /v1/connections/${CONNECTION.id}`]: answer(CONNECTION),
      'GET /v1/sources': page(source),
      [`PATCH /v1/sources/${SOURCE.id}`]: answer(source),
    });
    const { code, stdout } = await mooring(url, ['source', 'edit', 'photos/a/', '--every-seconds', '3600']);
    expect({ code, body: seen.at(-2)?.body }).toEqual({
      code: 0,
      body: { schedule: { everySeconds: 3600 } },
    });
    expect(stdout).toMatch(/schedule +every 1 h 0 min\n/);
    expect(stdout).not.toContain('{');
  });
});

describe('an operation', () => {
  const PATH = `GET /v1/operations/${OPERATION.id}`;

  test('is followed until it ends', async () => {
    const { url } = await startApi({ [PATH]: events(['operation', OPERATION]) });
    const { code, stdout } = await mooring(url, ['operation', 'watch', OPERATION.id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/status +✓ succeeded\n/);
  });

  test('that fails makes the command fail, with the fix', async () => {
    const problem = {
      type: 'x',
      title: 'x',
      status: 502,
      detail: 'It is away.',
      code: 'storage_unreachable',
    };
    const failed = { ...OPERATION, status: 'failed', problem: { ...problem, requestId: 'r', fix: 'Wait.' } };
    const { url } = await startApi({ [PATH]: events(['operation', failed]) });
    const { code, stderr } = await mooring(url, ['operation', 'watch', OPERATION.id]);
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('Fix: Wait.');
  });
});

describe('a sync', () => {
  const start = { [`POST /v1/sources/${SOURCE.id}/sync`]: answer({ ...OPERATION, status: 'queued' }, 202) };
  const source = { [`GET /v1/sources/${SOURCE.id}`]: answer(SOURCE) };
  const operation = `GET /v1/operations/${OPERATION.id}`;

  test('is waited for, and its counts are shown', async () => {
    const { url } = await startApi({ ...source, ...start, [operation]: events(['operation', OPERATION]) });
    const human = await mooring(url, ['sync', SOURCE.id]);
    expect(human.code).toBe(0);
    expect(human.stdout).toContain('1,204 listed: 3 added, 1 changed, 1,200 unchanged');
    const machine = await mooring(url, ['sync', SOURCE.id, '--json']);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual([OPERATION]);
  });

  test('is not waited for with --no-wait', async () => {
    const { url, seen } = await startApi({ ...source, ...start });
    const { code, stdout } = await mooring(url, ['sync', SOURCE.id, '--no-wait', '--json']);
    expect({ code, status: JSON.parse(stdout)[0].status }).toEqual({ code: 0, status: 'queued' });
    expect(seen.map(({ path }) => path)).toEqual([
      `/v1/sources/${SOURCE.id}`,
      `/v1/sources/${SOURCE.id}/sync`,
    ]);
  });

  test.each([
    [[], {}],
    [['--dry-run'], { dryRun: true }],
    [['--confirm-removals'], { confirmRemovals: true }],
  ])('%j asks for no more than that', async (args, body) => {
    const { url, seen } = await startApi({
      ...source,
      ...start,
      [operation]: events(['operation', OPERATION]),
    });
    const { code, stdout } = await mooring(url, ['sync', SOURCE.id, ...args]);
    expect({ code, sent: seen.find(({ method }) => method === 'POST')?.body }).toEqual({
      code: 0,
      sent: body,
    });
    expect(stdout).toContain('1,204 listed');
  });

  test('that fails makes the command fail, with the fix', async () => {
    const problem = {
      code: 'storage_forbidden',
      detail: 'The credential may not list.',
      fix: 'Grant the role.',
    };
    const failed = { ...OPERATION, status: 'failed', problem };
    const { url } = await startApi({ ...source, ...start, [operation]: events(['operation', failed]) });
    const { code, stderr } = await mooring(url, ['sync', SOURCE.id]);
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('✗ The credential may not list.\n  Fix: Grant the role.');
  });

  test('goes on when Ctrl-C ends the waiting', async () => {
    const running = { ...OPERATION, status: 'running', done: 5 };
    const { url, seen } = await startApi({
      ...source,
      ...start,
      [operation]: events(['operation', running], ['open', {}]),
    });
    const { io, written, interrupt } = createTestIo({
      env: { MOORING_URL: url, MOORING_TOKEN: 'x' },
      terminal: true,
    });
    const running$ = run(['sync', SOURCE.id], io, '1');
    await expect.poll(() => written.stderr).toContain('5 of 1,204 objects');
    interrupt();
    expect(await running$).toBe(EXIT.interrupted);
    expect(written.stderr).toContain(`mooring operation cancel ${OPERATION.id}`);
    expect(seen.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
  });

  test('of a connection without a source makes one', async () => {
    const { url, seen } = await startApi({
      'GET /v1/connections': page(CONNECTION),
      'GET /v1/sources': page(),
      'POST /v1/sources': answer(SOURCE, 201),
      ...start,
    });
    const { code, stderr } = await mooring(url, ['sync', 'photos', '--no-wait']);
    expect(code).toBe(0);
    expect(stderr).toContain(`made ${SOURCE.id}`);
    expect(seen.find(({ method, path }) => method === 'POST' && path === '/v1/sources')?.body).toEqual({
      connectionId: CONNECTION.id,
    });
  });
});

describe('signing in', () => {
  test('exchanges the link for a token, which is kept and never shown', async () => {
    const { url, seen } = await startApi({
      'POST /v1/sessions': answer({ name: 'Administrator', role: 'administrator' }, 201, {
        'set-cookie': 'mooring_session=COOKIE; HttpOnly',
      }),
      'POST /v1/me/tokens': answer({ secret: 'mrg_SECRET', expiresAt: '2027-02-20T12:00:00.000Z' }, 201),
      'DELETE /v1/sessions/current': response => response.writeHead(204).end(),
    });
    const directory = await newDirectory();
    const { io, written } = createTestIo({ env: { XDG_CONFIG_HOME: directory } });
    expect(await run(['sign-in', `${url}/sign-in#code=CODE`], io, '1')).toBe(0);
    expect(seen[0]!.body).toEqual({ code: 'CODE' });
    for (const { headers } of seen.slice(1))
      expect(headers).toMatchObject({ cookie: 'mooring_session=COOKIE', origin: url });
    expect(written.stdout).toBe(`Signed in to ${url} as Administrator.\n`);
    expect(written.stdout + written.stderr).not.toContain('SECRET');
    const kept = JSON.parse(await readFile(join(directory, 'mooring', 'account.json'), 'utf8'));
    expect(kept).toEqual({ url, token: 'mrg_SECRET', expiresAt: '2027-02-20T12:00:00.000Z' });
  });

  test.each(['https://mooring.example', 'nonsense', 'https://mooring.example/sign-in'])(
    'refuses %s',
    async link => {
      expect(await mooring('http://127.0.0.1:9', ['sign-in', link])).toMatchObject({ code: EXIT.usage });
    },
  );
});

describe('mooring alone', () => {
  const RUNNING = { ...OPERATION, status: 'running', done: 7 };
  const stand = (connections: object[], running: object[]) =>
    startApi({
      'GET /v1/me': answer({
        name: 'ci',
        role: 'editor',
        readOnly: true,
        via: 'token',
        expiresAt: null,
        workspace: { name: 'Default' },
      }),
      'GET /v1/connections': page(...connections),
      'GET /v1/operations': page(...running),
    });

  test.each([
    [[], [], 'mooring connection add'],
    [[{ ...CONNECTION, status: 'draft' }], [], `mooring connection check ${CONNECTION.id}`],
    [[{ ...CONNECTION, assetCount: 0 }], [], `mooring sync ${CONNECTION.id}`],
    [[{ ...CONNECTION, assetCount: 0 }], [RUNNING], `mooring operation show ${OPERATION.id}`],
    [[CONNECTION], [], 'mooring asset list'],
  ])('says where one stands, and what comes next', async (connections, running, next) => {
    const { url } = await stand(connections, running);
    const { code, stdout } = await mooring(url, []);
    expect(code).toBe(0);
    expect(stdout).toContain('ci (editor)');
    expect(stdout.includes('sync: 7 of 1,204 objects')).toBe(running.length > 0);
    expect(stdout.endsWith(`\nNext: ${next}\n`)).toBe(true);
  });
});

describe('members', () => {
  const ADA = {
    ...{ id: 'mem_00000000000000000000', name: 'Ada', email: 'ada@example.org', role: 'editor' },
    ...{ current: false, lastSignedInAt: null, createdAt: '2026-11-01T00:00:00.000Z' },
  };
  const INVITATION = {
    ...{ id: 'inv_00000000000000000000', email: 'bob@example.org', role: 'viewer', invitedBy: 'Ada' },
    ...{ createdAt: '2026-11-01T00:00:00.000Z', expiresAt: '2027-02-20T12:00:00.000Z' },
  };

  test('are listed with those who are invited', async () => {
    const { url } = await startApi({
      'GET /v1/members': page(ADA),
      'GET /v1/invitations': page(INVITATION),
    });
    const { stdout } = await mooring(url, ['member', 'list']);
    expect(stdout).toMatch(/Ada +ada@example\.org +editor +never/);
    expect(stdout).toMatch(/\(invited\) +bob@example\.org +viewer +invitation ends/);
  });

  test('are invited with a role, and the link alone is on stdout', async () => {
    const link = 'https://mooring.example/join#code=CODE';
    const { url, seen } = await startApi({
      'POST /v1/invitations': answer({ ...INVITATION, url: link }, 201),
    });
    expect(await mooring(url, ['member', 'invite', 'bob@example.org'])).toMatchObject({ code: EXIT.usage });
    const args = ['member', 'invite', 'bob@example.org', '--role', 'viewer', '--expires-in-days', '1'];
    expect(await mooring(url, args)).toMatchObject({ code: 0, stdout: `${link}\n` });
    expect(seen[0]!.body).toEqual({ email: 'bob@example.org', role: 'viewer', expiresInSeconds: 86_400 });
  });

  test('are found by name or address to change their role or to be removed', async () => {
    const { url, seen } = await startApi({
      'GET /v1/members': page(ADA),
      [`PATCH /v1/members/${ADA.id}`]: answer({ ...ADA, role: 'annotator' }),
      [`DELETE /v1/members/${ADA.id}`]: response => response.writeHead(204).end(),
    });
    const changed = await mooring(url, ['member', 'role', 'ADA@example.org', 'annotator']);
    expect(changed).toMatchObject({ code: 0, stdout: 'Ada is annotator now.\n' });
    expect(seen.find(({ body }) => body)?.body).toEqual({ role: 'annotator' });
    expect(await mooring(url, ['member', 'remove', 'Ada'])).toMatchObject({ stdout: 'Ada is removed.\n' });
    expect(await mooring(url, ['member', 'remove', 'Eve'])).toMatchObject({ code: EXIT.notFound });
  });
});

describe('the settings of a server', () => {
  test('are shown with where they came from, without secrets', async () => {
    const directory = await newDirectory();
    const file = join(directory, 'settings.json');
    await writeFile(file, JSON.stringify({ host: '0.0.0.0' }));
    const env = { DATABASE_URL: 'postgres://u:PASSWORD@h/d', MOORING_PORT: '1234' };
    const { code, stdout } = await mooring(
      '',
      ['config', '--json', '--config', file, '--local-workers', '3'],
      { env },
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('PASSWORD');
    const rows = JSON.parse(stdout) as { name: string; value: unknown; from: string }[];
    const settings = Object.fromEntries(rows.map(({ name, value, from }) => [name, [value, from]]));
    expect(settings).toMatchObject({
      host: ['0.0.0.0', file],
      port: [1234, 'MOORING_PORT'],
      localWorkers: [3, '--local-workers'],
      allowPrivateEndpoints: [false, 'default'],
      publicUrl: [null, 'default'],
    });
  });

  test('that are wrong are all said at once', async () => {
    const { code, stderr } = await mooring('', ['config', '--port', 'x', '--local-workers', '-1']);
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('port from --port');
    expect(stderr).toContain('localWorkers from --local-workers');
  });
});
