import { beforeAll, expect, test } from 'vitest';
import { runAll } from '../../faults/all.ts';
import type { Cause } from '../../faults/cause.ts';
import { causes } from '../../faults/causes.ts';
import type { Row } from '../../faults/run.ts';

let rows: Row[];
beforeAll(async () => {
  rows = await runAll();
});

const sidesOf = ({ refused, server, browser }: Cause): Row['side'][] => [
  ...(refused || server ? (['server'] as const) : []),
  ...(browser ? (['browser'] as const) : []),
];
const expected = causes.flatMap(cause => sidesOf(cause).map(side => ({ cause: cause.cause, side })));

test.each(expected)('$cause: named by the $side', ({ cause, side }) => {
  const row = rows.find(found => found.cause === cause && found.side === side);
  expect(row?.wrong).toBeNull();
});

test('no two causes are described in the same words', () => {
  expect(new Set(causes.map(({ cause }) => cause)).size).toBe(causes.length);
  const said = rows.filter(({ side }) => side === 'server').map(row => row.said.replaceAll(/fault\d\d/g, ''));
  expect(new Set(said).size).toBe(said.length);
});
