import { expect, test } from 'vitest';
import { filterOf, readAuditSearch } from './search.ts';

const CALLER = 'tok_01k9zq3v8w2m4n6p8r0t';
const ASSET = 'ast_01k9zq3v8w2m4n6p8r0t';

test('the address says which entries are shown; what makes no sense is left out', () => {
  const search = {
    from: '2026-11-22',
    to: '2026-11-22',
    caller: ` ${CALLER}`,
    action: 'asset.signed',
    asset: ASSET,
  };
  expect(readAuditSearch(search)).toEqual({ ...search, caller: CALLER });
  expect(
    readAuditSearch({ from: '22.11.2026', to: '2026-13-99', caller: 'Ada', action: 'read', asset: 'con_1' }),
  ).toEqual({});
});

test('days are whole days in UTC', () => {
  expect(filterOf({ from: '2026-11-22', to: '2026-11-22', caller: CALLER, asset: ASSET })).toEqual({
    from: '2026-11-22T00:00:00.000Z',
    to: '2026-11-23T00:00:00.000Z',
    callerId: CALLER,
    assetId: ASSET,
  });
});
