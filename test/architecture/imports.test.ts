import { expect, test } from 'vitest';
import { readImports, specifiersIn } from './imports.ts';
import { ROOMS, SERVER_MODULES, wrongWith } from './rules.ts';

test('every import points the allowed way', async () => {
  const imports = await readImports();
  expect(imports.length).toBeGreaterThan(100);
  const wrong = imports.flatMap(one => {
    const why = wrongWith(one);
    return why ? [`${one.from} imports ${one.to}: ${why}`] : [];
  });
  expect(wrong).toEqual([]);
});

test('imports of all forms are found', () => {
  const source = `
    import './a.ts';
    import b from './b.ts';
    import { c, type d } from "./c.ts";
    import type { e } from './e.ts';
    export * from './f.ts';
    export { g } from './g.ts';
    const h = await import('./h.ts');
    import * as i from './i.ts';
    import j, {
      k,
    } from './j.ts';
  `;
  const names = ['a', 'b', 'c', 'e', 'f', 'g', 'i', 'j', 'h'];
  expect(specifiersIn(source)).toEqual(names.map(name => `./${name}.ts`));
});

test.each([
  ['packages/contract/src/x.ts', 'zod', true],
  ['packages/contract/src/x.ts', '@mooring/sdk', false],
  ['packages/web/src/x.tsx', '@mooring/server', false],
  ['packages/web/src/x.tsx', '@mooring/azure', false],
  ['packages/web/src/kinds.ts', '@mooring/azure', true],
  ['packages/server/src/sync/x.ts', '@mooring/azure/server', false],
  ['packages/cli/src/commands/sync.ts', '@mooring/server', false],
  ['packages/cli/src/commands/server/serve.ts', '@mooring/server', true],
  ['test/acceptance/x.test.ts', '@mooring/server', false],
  ['test/acceptance/x.test.ts', 'packages/server/src/main.ts', false],
  ['test/acceptance/x.test.ts', 'faults/all.ts', true],
  ['faults/x.ts', '@mooring/emulators', true],
  ['faults/x.ts', '@mooring/contract', true],
  ['faults/x.ts', 'test/support/mooring.ts', true],
  ['faults/x.ts', '@mooring/azure', false],
  ['faults/x.ts', '@mooring/server', false],
  ['faults/x.ts', 'test/acceptance/x.ts', false],
  ['faults/x.ts', 'packages/server/src/main.ts', false],
  ['bench/x.ts', '@mooring/azure/provider', true],
  ['bench/x.ts', 'packages/server/src/listing/list-all.ts', true],
  ['bench/x.ts', 'packages/server/src/sync/x.ts', false],
  ['bench/x.ts', '@mooring/server', false],
  ['emulators/src/x.ts', '@mooring/server', false],
  ['emulators/src/x.ts', 'test/support/mooring.ts', false],
  ['packages/azure/src/server/x.test.ts', '@mooring/emulators', true],
  ['packages/azure/src/server/x.ts', '@mooring/emulators', false],
  ['packages/azure/src/server/x.ts', '@mooring/storage/server', true],
  ['packages/storage/src/server/x.ts', '@mooring/azure/server', false],
  ['packages/server/src/sync/x.ts', 'packages/server/src/catalogue/y.ts', true],
  ['packages/server/src/catalogue/x.ts', 'packages/server/src/sync/y.ts', false],
  ['packages/server/src/main.ts', 'packages/server/src/http/y.ts', true],
  ['packages/server/src/utils/x.ts', 'packages/server/src/platform/y.ts', false],
  ['packages/server/src/connections/life/x.ts', 'packages/server/src/connections/checks/y.ts', true],
  ['packages/server/src/connections/life/x.ts', 'packages/server/src/connections/life/y.ts', true],
  ['packages/server/src/connections/checks/x.ts', 'packages/server/src/connections/life/y.ts', false],
  ['packages/server/src/connections/identity/x.ts', 'packages/server/src/connections/rows/y.ts', false],
  ['packages/server/src/connections/life/x.ts', 'packages/server/src/connections/connections.ts', false],
  ['packages/server/src/connections/other/x.ts', 'packages/server/src/connections/rows/y.ts', false],
  ['packages/server/src/connections/connections.ts', 'packages/server/src/connections/life/y.ts', true],
  ['packages/server/src/http/x.ts', 'packages/server/src/connections/identity/y.ts', true],
])('%s importing %s is allowed: %s', (from, to, allowed) => {
  expect(wrongWith({ from, to }) === null).toBe(allowed);
});

test('the order of the folders is the one that is documented', () => {
  expect(SERVER_MODULES.slice(0, 3)).toEqual(['kind-settings.ts', 'kinds.ts', 'platform']);
});

test.each(Object.entries(ROOMS))(
  'the rooms of %s import only rooms before them, so there are no cycles',
  (_folder, rooms) => {
    const order = Object.keys(rooms);
    for (const [room, allowed] of Object.entries(rooms)) {
      expect(order.slice(0, order.indexOf(room)), room).toEqual(expect.arrayContaining([...allowed]));
    }
  },
);
