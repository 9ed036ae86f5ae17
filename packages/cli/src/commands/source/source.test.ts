import { describe, expect, test } from 'vitest';
import { answer, CONNECTION, mooring, page, SOURCE, startApi } from '../../testing.ts';

describe('source edit', () => {
  const before = {
    ...SOURCE,
    filters: { include: ['**/*.jpg'], exclude: ['tmp/**'] },
    schedule: { everySeconds: 3600 },
  };
  async function edit(...args: string[]) {
    const { url, seen } = await startApi({
      [`GET /v1/sources/${SOURCE.id}`]: answer(before),
      [`PATCH /v1/sources/${SOURCE.id}`]: answer({ ...before, maxRemovedShare: 0.25 }),
    });
    const result = await mooring(url, ['source', 'edit', SOURCE.id, ...args]);
    return { ...result, sent: seen.find(({ method }) => method === 'PATCH')?.body };
  }

  test.each<[string[], object]>([
    [[], {}],
    [['--include', '*.png', 'in/**'], { filters: { include: ['*.png', 'in/**'], exclude: ['tmp/**'] } }],
    [['--exclude'], { filters: { include: ['**/*.jpg'], exclude: [] } }],
    [['--include', '--exclude', 'x'], { filters: { include: [], exclude: ['x'] } }],
    [['--every-seconds', '600'], { schedule: { everySeconds: 600 } }],
    [['--every-seconds', '0'], { schedule: null }],
    [['--max-removed-share', '0.25'], { maxRemovedShare: 0.25 }],
  ])('%j changes the values that are given and keeps the rest', async (args, body) => {
    const { code, stdout, sent } = await edit('--json', ...args);
    expect({ code, sent }).toEqual({ code: 0, sent: body });
    expect(JSON.parse(stdout)).toMatchObject({ id: SOURCE.id, maxRemovedShare: 0.25 });
  });
});

test('source list says why a source does not sync by schedule', async () => {
  const held = { ...SOURCE, syncHeld: 'Nothing says that the owner wants this.' };
  const { url } = await startApi({
    'GET /v1/sources': page(held, SOURCE),
    'GET /v1/connection-health': page(CONNECTION),
  });
  const human = await mooring(url, ['source', 'list']);
  expect(human.stderr).toBe(
    `\n${SOURCE.id} does not sync by schedule: Nothing says that the owner wants this.\n`,
  );
  const machine = await mooring(url, ['source', 'list', '--json']);
  expect(machine.stderr).toBe('');
  expect(JSON.parse(machine.stdout)).toHaveLength(2);
});
