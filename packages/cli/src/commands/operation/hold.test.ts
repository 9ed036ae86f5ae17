import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, mooring, OPERATION, problem, startApi } from '../../testing.ts';

test.each([
  ['pause', 'paused'],
  ['resume', 'queued'],
])('%s asks for it, and shows how the operation is then', async (name, status) => {
  const path = `POST /v1/operations/${OPERATION.id}/${name}`;
  const { url, seen } = await startApi({ [path]: answer({ ...OPERATION, status }, 202) });
  const human = await mooring(url, ['operation', name, OPERATION.id]);
  expect(human).toMatchObject({ code: 0, stderr: '' });
  expect(human.stdout).toContain(status);
  const machine = await mooring(url, ['operation', name, OPERATION.id, '--json']);
  expect(JSON.parse(machine.stdout)).toMatchObject({ id: OPERATION.id, status });
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([path, path]);
});

test.each(['pause', 'resume'])('%s of one that has ended fails, and says so', async name => {
  const { url } = await startApi({
    [`POST /v1/operations/${OPERATION.id}/${name}`]: problem(409, 'conflict', 'It has ended.'),
  });
  expect(await mooring(url, ['operation', name, OPERATION.id])).toMatchObject({
    code: EXIT.failed,
    stdout: '',
    stderr: expect.stringContaining('It has ended.'),
  });
  expect(await mooring(url, ['operation', name])).toMatchObject({ code: EXIT.usage });
});
