import type { Operation } from '@mooring/contract';
import { expect, test } from 'vitest';
import { type Report, shortcomings } from './report.ts';

const seeded = { objects: 12, placeholders: 2 };
const succeeded = { status: 'succeeded', problem: null } as Operation;
const good: Report = {
  url: 'http://127.0.0.1:1',
  token: 'mrg_1',
  connectionString: 'AccountName=acme',
  connection: { id: 'con_1', status: 'healthy' },
  checks: [{ id: 'list', side: 'server', status: 'passed', durationMs: 1 }],
  sync: { operationId: 'op_1', listed: 12, added: 10, changed: 0, removed: 0, skipped: 2, durationMs: 1 },
  assets: { total: 10, byKind: { image: 7, text: 3 } },
  sample: {
    assetId: 'ast_1',
    key: 'a.jpg',
    signedUrl: 'https://127.0.0.1:2/a.jpg',
    status: 206,
    contentRange: 'bytes 0-99/1234',
    corsAllowOrigin: '*',
  },
};

test('a good report has no shortcomings', () => {
  expect(shortcomings(good, succeeded, seeded)).toEqual([]);
});

test.each<[string, Report]>([
  [
    'The connection is degraded; expected healthy.',
    { ...good, connection: { id: 'con_1', status: 'degraded' } },
  ],
  [
    'The check list is warning; expected passed.',
    { ...good, checks: [{ ...good.checks[0]!, status: 'warning' }] },
  ],
  ['The number of objects listed is 11; expected 12.', { ...good, sync: { ...good.sync, listed: 11 } }],
  ['The number of assets added is 9; expected 10.', { ...good, sync: { ...good.sync, added: 9 } }],
  ['The number of objects skipped is 0; expected 2.', { ...good, sync: { ...good.sync, skipped: 0 } }],
  ['The number of assets is 11; expected 10.', { ...good, assets: { ...good.assets, total: 11 } }],
  [
    'The sum over the kinds of assets is 1; expected 10.',
    { ...good, assets: { ...good.assets, byKind: { image: 1 } } },
  ],
  ['The status of the sample is 403; expected 206.', { ...good, sample: { ...good.sample, status: 403 } }],
  [
    'The content range of the sample is null; expected bytes 0-99 of it.',
    { ...good, sample: { ...good.sample, contentRange: null } },
  ],
  [
    'The sample came without leave for a page to read it.',
    { ...good, sample: { ...good.sample, corsAllowOrigin: null } },
  ],
])('%s', (sentence, report) => {
  expect(shortcomings(report, succeeded, seeded)).toEqual([sentence]);
});

test('a sync that failed says why', () => {
  const problem = { code: 'storage_forbidden', detail: 'No.', fix: 'Ask.' };
  expect(shortcomings(good, { ...succeeded, status: 'failed', problem }, seeded)).toEqual([
    'The sync is failed; expected succeeded.',
    'The sync says: No. Ask.',
  ]);
});
