import { beforeAll, expect, test } from 'vitest';
import { causes, type NamedRow, runAll } from '../../faults/all.ts';
import type { Expected } from '../../faults/cause.ts';

let rows: NamedRow[];
beforeAll(async () => {
  rows = await runAll();
});

const sidesOf = ({ refused, server, browser }: Expected): NamedRow['side'][] => [
  ...(refused || server ? (['server'] as const) : []),
  ...(browser ? (['browser'] as const) : []),
];
const expected = causes.flatMap(cause => sidesOf(cause).map(side => ({ cause: cause.cause, side })));

test.each(expected)('$cause: named by the $side', ({ cause, side }) => {
  const row = rows.find(found => found.cause === cause && found.side === side);
  expect(row?.wrong).toBeNull();
});

test('no two causes of a storage are described in the same words', () => {
  expect(new Set(causes.map(({ cause }) => cause)).size).toBe(causes.length);
  const said = rows
    .filter(({ side }) => side === 'server')
    .map(row => `${row.storage}: ${row.said.replaceAll(/fault\d\d/g, '')}`);
  expect(new Set(said).size).toBe(said.length);
});
