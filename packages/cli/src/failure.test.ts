import { expect, test } from 'vitest';
import { EXIT } from './exit-code.ts';
import { answer, events, mooring, OPERATION, SOURCE, startApi } from './testing.ts';

const REMEDY = {
  why: 'A role is missing.',
  steps: ['Grant it.', 'Wait five minutes.'],
  snippets: [{ title: 'In a shell', language: 'sh', text: 'grant reader\n  --to mooring' }],
};
const PROBLEM = {
  ...{ type: 'x', title: 'x', status: 502, requestId: 'req_1' },
  ...{ code: 'storage_forbidden', detail: 'It may not list.', fix: 'Grant the role.', remedy: REMEDY },
};
const SHOWN = `✗ It may not list.
  Fix: A role is missing.
    1. Grant it.
    2. Wait five minutes.

    In a shell
      grant reader
        --to mooring
`;

test('a command that fails shows the same steps and commands as a check', async () => {
  const { url } = await startApi({ 'GET /v1/connections': answer(PROBLEM, 502) });
  const human = await mooring(url, ['connection', 'list']);
  expect(human).toMatchObject({ code: EXIT.failed, stdout: '' });
  expect(human.stderr).toBe(`${SHOWN}\n  storage_forbidden · request req_1\n`);
  const machine = await mooring(url, ['connection', 'list', '--json']);
  expect(JSON.parse(machine.stderr).error).toMatchObject({ fix: PROBLEM.fix, remedy: REMEDY });
});

test('a sync that failed shows them too, at its end and later', async () => {
  const { code, detail, fix, remedy } = PROBLEM;
  const failed = { ...OPERATION, status: 'failed', problem: { code, detail, fix, remedy } };
  const path = `GET /v1/operations/${OPERATION.id}`;
  const syncing = await startApi({
    [`GET /v1/sources/${SOURCE.id}`]: answer(SOURCE),
    [`POST /v1/sources/${SOURCE.id}/sync`]: answer({ ...OPERATION, status: 'queued' }, 202),
    [path]: events(['operation', failed]),
  });
  const synced = await mooring(syncing.url, ['sync', SOURCE.id]);
  expect(synced).toMatchObject({ code: EXIT.failed, stderr: expect.stringContaining(SHOWN) });
  const { url } = await startApi({ [path]: answer(failed) });
  const { stdout } = await mooring(url, ['operation', 'show', OPERATION.id]);
  expect(stdout).toContain(
    '\nFix: A role is missing.\n  1. Grant it.\n  2. Wait five minutes.\n\n  In a shell\n    grant reader\n',
  );
});
